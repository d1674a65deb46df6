//! Tiles, their metadata and their legend.

use std::sync::Arc;

use okeanos_auth::Principal;
use okeanos_fault::Fault;
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    Explorer,
    layer::{Drawable, Layer, Layers},
    source::Source,
};
use crate::domain::{
    error::Error,
    legend,
    mercator::{TILE_SIZE, Tile},
    palette::{COLOURS, Palette},
    raster::{Range, paint},
    sampler::NO_CELL,
    tileset::TileSet,
};

/// Which picture of a data set.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The variable; the item's own when it is not said.
    pub variable: Option<String>,
    /// The time; the step nearest to it is shown, else the last one.
    pub time: Option<OffsetDateTime>,
    /// The depth; the level nearest to it is shown, else the one nearest to the surface.
    pub depth: Option<f64>,
    /// Values of the first and last colour; else the usual range.
    pub range: Option<Range>,
    /// Colours; else those that suit the quantity.
    pub palette: Option<&'static Palette>,
}

impl Look {
    fn layer(&self, layers: &Layers, source: &Source) -> Result<(Arc<Layer>, Arc<Drawable>), Error> {
        let variable = self.variable.as_deref().or(source.variable.as_deref());
        let layer = layers.layer(&source.data, "variable", variable)?;
        let drawable = layers.drawable(&layer)?;
        Ok((layer, drawable))
    }

    fn colours(&self, layers: &Layers, layer: &Layer, drawable: &Drawable) -> Result<(&'static Palette, Range), Error> {
        let palette = self.palette.unwrap_or_else(|| layer.palette());
        let range = self.range.map_or_else(|| layers.range(layer, drawable, self.depth, palette), Ok)?;
        Ok((palette, range))
    }
}

impl Explorer {
    /// A tile as PNG.
    ///
    /// # Errors
    /// Those of opening and reading, [`Error::NotMappable`], [`Error::Overloaded`].
    pub async fn tile(&self, source: Source, look: Look, tile: Tile) -> Result<Vec<u8>, Fault> {
        self.metrics.requests.with_label_values(&["tile"]).inc();
        let layers = Arc::clone(&self.layers);
        Ok(self.pool.run(move || draw(&layers, &source, &look, tile)).await?)
    }

    /// The legend as SVG.
    ///
    /// # Errors
    /// As [`Self::tile`].
    pub async fn legend(&self, source: Source, look: Look) -> Result<String, Fault> {
        self.metrics.requests.with_label_values(&["legend"]).inc();
        let layers = Arc::clone(&self.layers);
        let work = move || {
            let (layer, drawable) = look.layer(&layers, &source)?;
            let (palette, range) = look.colours(&layers, &layer, &drawable)?;
            Ok(legend::svg(&layer.parameter.title, &layer.parameter.unit, palette, range))
        };
        Ok(self.pool.run(work).await?)
    }

    /// The metadata of the tile set; `base` is the URL of the item's pictures.
    ///
    /// # Errors
    /// As [`Self::tile`].
    pub async fn tileset(
        &self,
        who: &Principal,
        collection: &str,
        item: &str,
        look: Look,
        base: String,
    ) -> Result<Value, Fault> {
        self.metrics.requests.with_label_values(&["tileset"]).inc();
        let source = self.source(who, collection, item).await?;
        let layers = Arc::clone(&self.layers);
        let work = move || {
            let (layer, drawable) = look.layer(&layers, &source)?;
            let (palette, range) = look.colours(&layers, &layer, &drawable)?;
            let (times, levels, fixed) = (layer.times(), layer.levels(), layer.fixed(&drawable));
            let tileset = TileSet {
                parameter: &layer.parameter,
                times: &times,
                levels: levels.as_ref(),
                fixed: &fixed,
                bounds: drawable.sampler.bounds(),
                palette,
                range,
                base: &base,
            };
            Ok(tileset.to_json())
        };
        Ok(self.pool.run(work).await?)
    }
}

fn draw(layers: &Layers, source: &Source, look: &Look, tile: Tile) -> Result<Vec<u8>, Error> {
    let (layer, drawable) = look.layer(layers, source)?;
    let cells = layers.sample(&layer, &drawable, tile);
    if cells.iter().all(|cell| *cell == NO_CELL) {
        return encode(&vec![0; cells.len()], layer.palette());
    }
    let (palette, range) = look.colours(layers, &layer, &drawable)?;
    let mut values = layers.values(&layer, &drawable, layer.view(look.time, look.depth), drawable.sampler.step(tile));
    let mut failed = None;
    let pixels = paint(&cells, range, |cell| {
        if failed.is_some() {
            return f32::NAN;
        }
        values.of(cell).unwrap_or_else(|error| {
            failed = Some(error);
            f32::NAN
        })
    });
    match failed {
        Some(error) => Err(error),
        None => encode(&pixels, palette),
    }
}

/// A PNG with a palette whose first colour is transparent.
fn encode(pixels: &[u8], palette: &Palette) -> Result<Vec<u8>, Error> {
    let wrong = |e: png::EncodingError| Error::Unreadable(format!("the picture cannot be encoded: {e}"));
    let mut colours = Vec::with_capacity((COLOURS + 1) * 3);
    colours.extend([0; 3]);
    colours.extend(palette.table().into_iter().flatten());
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, TILE_SIZE as u32, TILE_SIZE as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colours);
    encoder.set_trns(vec![0]);
    encoder.set_compression(png::Compression::Fast);
    // Rows repeat where cells are larger than pixels, and fast compression is good at zeros.
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header().map_err(wrong)?;
    writer.write_image_data(pixels).map_err(wrong)?;
    writer.finish().map_err(wrong)?;
    Ok(out)
}
