//! Colour maps: perceptually even, readable by people who see colours differently.
//!
//! `viridis` follows the map of that name by Nathaniel Smith and Stéfan van der Walt (CC0); the others follow `cmocean` by
//! Kristen Thyng and others (MIT): a few anchor colours of each, with straight lines between them.

/// A colour map: colours at even distances from low to high.
#[derive(Debug, PartialEq, Eq)]
pub struct Palette {
    /// Its name.
    pub name: &'static str,
    /// Whether its middle is a neutral colour, for values on both sides of zero.
    pub diverging: bool,
    anchors: &'static [u32],
}

/// How many colours a rendered tile has.
pub const COLOURS: usize = 255;

/// All colour maps.
pub const PALETTES: &[Palette] = &[
    Palette {
        name: "viridis",
        diverging: false,
        anchors: &[
            0x44_0154, 0x48_2878, 0x3e_4989, 0x31_688e, 0x26_828e, 0x1f_9e89, 0x35_b779, 0x6e_ce58, 0xb5_de2b,
            0xfd_e725,
        ],
    },
    Palette {
        name: "thermal",
        diverging: false,
        anchors: &[0x04_2333, 0x2c_3395, 0x74_4992, 0xb1_5f82, 0xeb_7958, 0xfb_b43d, 0xe8_fa5b],
    },
    Palette {
        name: "haline",
        diverging: false,
        anchors: &[0x2a_186c, 0x14_439c, 0x20_6e8b, 0x3c_9387, 0x5a_b978, 0xaa_d85c, 0xfd_ef9a],
    },
    Palette {
        name: "algae",
        diverging: false,
        anchors: &[0xd7_f9d0, 0xa2_d595, 0x64_b463, 0x12_9450, 0x12_6e45, 0x1a_482f, 0x12_2414],
    },
    Palette {
        name: "deep",
        diverging: false,
        anchors: &[0xfd_fecc, 0xa5_dfa7, 0x5d_baa4, 0x48_8e9e, 0x3e_6495, 0x3f_396c, 0x28_1a2c],
    },
    Palette {
        name: "ice",
        diverging: false,
        anchors: &[0x04_0613, 0x29_2851, 0x3f_4b96, 0x42_7bb7, 0x61_a8c7, 0x9c_d4da, 0xea_fdfd],
    },
    Palette {
        name: "speed",
        diverging: false,
        anchors: &[0xff_fdcd, 0xe1_cd73, 0xaa_ac20, 0x5f_920c, 0x18_7328, 0x14_4b2a, 0x17_2313],
    },
    Palette {
        name: "balance",
        diverging: true,
        anchors: &[0x18_1c43, 0x0c_5ebe, 0x75_aabe, 0xf1_eceb, 0xd0_8b73, 0xa5_2125, 0x3c_0912],
    },
];

impl Palette {
    /// The palette of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PALETTES.iter().find(|p| p.name == name)
    }

    /// The palette that suits a quantity, by its CF standard name.
    pub fn suiting(standard_name: &str) -> &'static Self {
        let has = |word: &str| standard_name.contains(word);
        let name = if has("anomaly") || has("velocity") || has("tendency") || has("eastward") || has("northward") {
            "balance"
        } else if has("temperature") {
            "thermal"
        } else if has("salinity") {
            "haline"
        } else if has("chlorophyll") || has("phytoplankton") || has("primary_production") {
            "algae"
        } else if has("sea_floor_depth") || has("bathymetry") || has("mixed_layer_thickness") {
            "deep"
        } else if has("sea_ice") || has("snow") {
            "ice"
        } else if has("speed") || has("wave") {
            "speed"
        } else {
            "viridis"
        };
        Self::named(name).unwrap_or(&PALETTES[0])
    }

    /// The colour at a place from 0 (low) to 1 (high): red, green, blue.
    pub fn colour(&self, place: f64) -> [u8; 3] {
        let place = place.clamp(0.0, 1.0) * (self.anchors.len() - 1) as f64;
        let below = (place.floor() as usize).min(self.anchors.len() - 2);
        let weight = place - below as f64;
        let (low, high) = (channels(self.anchors[below]), channels(self.anchors[below + 1]));
        std::array::from_fn(|c| (f64::from(low[c]) * (1.0 - weight) + f64::from(high[c]) * weight).round() as u8)
    }

    /// [`COLOURS`] colours from low to high.
    pub fn table(&self) -> Vec<[u8; 3]> {
        (0..COLOURS).map(|i| self.colour(i as f64 / (COLOURS - 1) as f64)).collect()
    }
}

fn channels(rgb: u32) -> [u8; 3] {
    let [_, r, g, b] = rgb.to_be_bytes();
    [r, g, b]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle_are_the_anchors() {
        let viridis = Palette::named("viridis").unwrap();
        assert_eq!(viridis.colour(0.0), [0x44, 0x01, 0x54]);
        assert_eq!(viridis.colour(1.0), [0xfd, 0xe7, 0x25]);
        assert_eq!(Palette::named("balance").unwrap().colour(0.5), [0xf1, 0xec, 0xeb]);
        assert_eq!(viridis.colour(-3.0), viridis.colour(0.0));
    }

    #[test]
    fn a_quantity_has_its_palette() {
        for (name, palette) in [
            ("sea_surface_temperature", "thermal"),
            ("sea_surface_temperature_anomaly", "balance"),
            ("eastward_sea_water_velocity", "balance"),
            ("sea_water_practical_salinity", "haline"),
            ("", "viridis"),
        ] {
            assert_eq!(Palette::suiting(name).name, palette, "{name}");
        }
    }
}
