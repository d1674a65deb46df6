use super::{Axes, Axis, Positive, Role, Vertical, axes, axis_of, direction, geophysical, roles, vertical};
use crate::model::{AttrValue, Attributes, DataType, Dimension, Header, Variable};

/// A variable written as `name(dim, dim) attribute=text; attribute=text`.
pub(crate) fn variable(text: &str) -> Variable {
    let (signature, attributes) = text.split_once(')').expect("a signature");
    let (name, dimensions) = signature.split_once('(').expect("a signature");
    let dimensions: Vec<String> =
        dimensions.split(',').map(str::trim).filter(|d| !d.is_empty()).map(str::to_owned).collect();
    let attributes = attributes.split(';').filter_map(|pair| pair.split_once('='));
    let attributes = attributes.map(|(n, v)| (n.trim().to_owned(), AttrValue::Text(v.trim().to_owned()))).collect();
    Variable {
        name: name.trim().to_owned(),
        dtype: DataType::F32,
        shape: vec![4; dimensions.len()],
        dimensions,
        chunks: None,
        attributes: Attributes(attributes),
    }
}

pub(crate) fn header(variables: &[&str]) -> Header {
    let variables: Vec<_> = variables.iter().map(|text| variable(text)).collect();
    let mut dimensions: Vec<Dimension> = Vec::new();
    for name in variables.iter().flat_map(|v| &v.dimensions) {
        if !dimensions.iter().any(|d| d.name == *name) {
            dimensions.push(Dimension { name: name.clone(), size: 4, unlimited: false });
        }
    }
    Header { dimensions, variables, attributes: Attributes(vec![]) }
}

fn of(header: &Header, name: &str) -> Axes {
    axes(header, header.variable(name).expect("the variable"))
}

fn some(name: &str) -> Option<String> {
    Some(name.to_owned())
}

#[test]
fn a_regular_grid() {
    let header = header(&[
        "longitude(longitude) units=degrees_east",
        "latitude(latitude) standard_name=latitude; units=degrees_north",
        "depth(depth) units=m; positive=down; standard_name=depth",
        "time(time) units=hours since 1950-01-01; bounds=time_bnds",
        "time_bnds(time, nv)",
        "thetao(time, depth, latitude, longitude) standard_name=sea_water_potential_temperature; grid_mapping=crs; units=degC",
        "thetao_qc(time, depth, latitude, longitude) flag_meanings=good bad",
        "crs() grid_mapping_name=latitude_longitude",
    ]);
    let found = of(&header, "thetao");
    assert_eq!(found.x, some("longitude"));
    assert_eq!((found.longitude.as_ref(), found.latitude.as_ref()), (found.x.as_ref(), found.y.as_ref()));
    assert_eq!((found.z, found.t), (some("depth"), some("time")));
    assert_eq!(geophysical(&header).iter().map(|v| v.name.as_str()).collect::<Vec<_>>(), ["thetao"]);
    use Role::{Ancillary, Bounds, Coordinate, Data, GridMapping};
    assert_eq!(roles(&header), [Coordinate, Coordinate, Coordinate, Coordinate, Bounds, Data, Ancillary, GridMapping]);
}

#[test]
fn a_curvilinear_grid_that_does_not_name_its_coordinates() {
    let header = header(&[
        "nav_lon(y, x) units=degrees_east",
        "nav_lat(y, x) units=degrees_north",
        "deptht(deptht) units=m",
        "time_counter(time_counter) units=seconds since 1900-01-01",
        "votemper(time_counter, deptht, y, x) units=C",
    ]);
    let found = of(&header, "votemper");
    assert_eq!((found.x, found.y), (None, None));
    assert_eq!((found.longitude, found.latitude), (some("nav_lon"), some("nav_lat")));
    assert_eq!((found.z, found.t), (some("deptht"), some("time_counter")));
    assert_eq!(geophysical(&header).len(), 1);
}

#[test]
fn a_time_without_units_gives_way_to_one_with() {
    let header = header(&[
        "time_counter(time_counter) axis=T",
        "time_centered(time_counter) units=seconds since 1900-01-01; standard_name=time",
        "nav_lon(y, x) units=degrees_east",
        "nav_lat(y, x) units=degrees_north",
        "tos(time_counter, y, x) units=degC; coordinates=time_centered nav_lat nav_lon",
        "other(time_counter, y, x) units=degC",
        "undated(month) units=degC",
        "month(month) axis=T",
    ]);
    assert_eq!(of(&header, "tos").t, some("time_centered"));
    assert_eq!(of(&header, "other").t, some("time_centered"));
    assert_eq!(of(&header, "undated").t, some("month"));
}

#[test]
fn a_rotated_pole_and_a_projection() {
    let header = header(&[
        "rlon(rlon) standard_name=grid_longitude; units=degrees; axis=X",
        "rlat(rlat) standard_name=grid_latitude; units=degrees; axis=Y",
        "lon(rlat, rlon) standard_name=longitude; units=degrees_east",
        "lat(rlat, rlon) standard_name=latitude; units=degrees_north",
        "height() standard_name=height; units=m; positive=up",
        "t2m(rlat, rlon) coordinates=lon lat height; units=K",
    ]);
    let found = of(&header, "t2m");
    assert_eq!((found.x, found.y), (some("rlon"), some("rlat")));
    assert_eq!((found.longitude, found.latitude), (some("lon"), some("lat")));
    assert_eq!(found.z, some("height"));
    assert_eq!(found.t, None);
}

#[test]
fn profiles_and_trajectories() {
    let header = header(&[
        "profile(profile) cf_role=profile_id",
        "lon(profile) units=degrees_east",
        "lat(profile) units=degrees_north",
        "juld(profile) units=days since 1950-01-01",
        "pres(profile, level) units=dbar; axis=Z",
        "psal(profile, level) coordinates=lon lat pres juld; units=1e-3; ancillary_variables=psal_error",
        "psal_error(profile, level) units=1e-3",
        "rowsize(profile) sample_dimension=obs",
    ]);
    let found = of(&header, "psal");
    assert_eq!((found.longitude, found.latitude), (some("lon"), some("lat")));
    assert_eq!((found.z, found.t), (some("pres"), some("juld")));
    assert_eq!(geophysical(&header).iter().map(|v| v.name.as_str()).collect::<Vec<_>>(), ["psal"]);
}

#[test]
fn groups_look_upwards() {
    let header = header(&[
        "lon(lon) units=degrees_east",
        "lat(lat) units=degrees_north",
        "a/b/sst(lat, lon) units=K",
        "a/lat(lat) units=degrees_north",
    ]);
    let found = of(&header, "a/b/sst");
    assert_eq!(found.x, some("lon"));
    assert_eq!(found.y, some("lat"));
}

#[test]
fn verticals() {
    let z = |text: &str| {
        let v = variable(text);
        assert_eq!(axis_of(&v), Some(Axis::Z), "{text}");
        (vertical(&v), direction(&v))
    };
    assert_eq!(z("depth(depth) units=m; positive=down"), (Vertical::Metres(1.0), Positive::Down));
    assert_eq!(z("elevation(elevation) units=m; positive=up"), (Vertical::Metres(1.0), Positive::Up));
    assert_eq!(z("depth(depth) units=km"), (Vertical::Metres(1000.0), Positive::Down));
    assert_eq!(z("p(p) units=dbar").1, Positive::Down);
    assert_eq!(z("s_rho(s_rho) standard_name=ocean_s_coordinate; units=1"), (Vertical::Other, Positive::Up));
    assert_eq!(axis_of(&variable("speed(x) units=m/s")), None);
    assert_eq!(axis_of(&variable("lon(x) units=degreesE")), Some(Axis::X));
    assert_eq!(axis_of(&variable("lat(x) standard_name=sea_surface_temperature; units=K")), None);
}

#[test]
fn identifiers_are_no_data() {
    let mut header = header(&[
        "time(time) units=days since 1950-01-01",
        "profile_id(time) long_name=Profile ID",
        "segment_id(time) comment=sequential",
        "trajectory(trajectory) cf_role=trajectory_id",
        "rank(trajectory) cf_role=profile_id",
        "plain_id(time) units=1",
        "temp(time) units=K",
    ]);
    header.variables.iter_mut().filter(|v| v.name != "temp").for_each(|v| v.dtype = DataType::I16);
    let names: Vec<_> = geophysical(&header).into_iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["plain_id", "temp"]);
}

#[test]
fn standard_names_that_nobody_knows_hide_nothing() {
    let header = header(&[
        "a(a) units=degrees_east; standard_name=Longitude",
        "b(b) units=degrees_north; standard_name=Lat",
        "sst(b, a) units=K",
    ]);
    let found = of(&header, "sst");
    assert_eq!((found.longitude, found.latitude), (some("a"), some("b")));
}

#[test]
fn the_time_of_a_forecast_is_not_that_of_its_beginning() {
    let header = header(&[
        "run(run) units=hours since 2020-01-01; standard_name=forecast_reference_time; axis=T",
        "time(run) units=hours since 2020-01-01; standard_name=time",
        "sst(run) units=K; coordinates=time",
    ]);
    assert_eq!(of(&header, "sst").t, some("time"));
}

#[test]
fn endless_lists_of_names_end() {
    let many = "a ".repeat(1_000_000);
    let mut header = header(&["lon(lon) units=degrees_east", "sst(lon) units=K"]);
    let value = AttrValue::Text(format!("{many} lon"));
    for name in ["coordinates", "grid_mapping", "bounds"] {
        header.variables.iter_mut().for_each(|v| v.attributes.0.push((name.to_owned(), value.clone())));
    }
    let findings = crate::checks::check(&header, crate::checks::AttributeTypes::Stored);
    assert_eq!(findings.len(), 501);
    assert!(
        findings.last().is_some_and(|f| f.message.starts_with("55") || f.message.starts_with("54")),
        "{findings:?}"
    );
}
