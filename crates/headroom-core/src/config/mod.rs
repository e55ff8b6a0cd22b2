//! The configuration: one typed table of options from which everything else about them follows.
//!
//! Owns the options' names, types, defaults, documentation and validation, and what is generated from them
//! (the TypeScript interfaces and the table in the documentation). It knows no stage of the pipeline and
//! does nothing with the values.

mod nearest;
mod render;
mod table;
mod value;

pub use render::{markdown, table_json, typescript};
pub use table::{Config, OPTIONS, OptionRow, Place};
pub use value::{InjectTool, Mode, Profile, Recall, Secret, WhenToolsAbsent};

use crate::Error;
use serde_json::{Map, Value};

impl Config {
    /// Reads an engine's configuration from JSON text: an object of options, or the empty text for the defaults.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for text that is no JSON object, an unknown key (with the nearest known one), a wrong
    /// type or a value out of range.
    ///
    /// ```
    /// use headroom_core::config::Config;
    ///
    /// let config = Config::from_json(r#"{"maxBlockTokens": 2000}"#).unwrap();
    /// assert_eq!(config.max_block_tokens, 2000);
    /// let error = Config::from_json(r#"{"maxBlokTokens": 2000}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "maxBlokTokens: unknown option; did you mean `maxBlockTokens`?");
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let mut config = Self::default();
        if text.trim().is_empty() {
            return Ok(config);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| Error::Config {
            path: "config".into(),
            message: format!(
                "expected a JSON object of options, but line {} column {} is no JSON",
                error.line(),
                error.column()
            ),
        })?;
        let Value::Object(entries) = value else {
            return Err(Error::Config {
                path: "config".into(),
                message: value::expected("an object of options", &value),
            });
        };
        for (name, value) in &entries {
            let row = find(name)?;
            config.set(row, value)?;
        }
        Ok(config)
    }

    /// This configuration with the options of one call laid over it.
    ///
    /// # Errors
    ///
    /// As [`Config::from_json`], and for an option that belongs to the engine as a whole.
    pub fn with_call_options(&self, options: &Map<String, Value>) -> Result<Self, Error> {
        let mut config = self.clone();
        for (name, value) in options {
            let row = find(name)?;
            if row.place == Place::Engine {
                return Err(Error::Config {
                    path: name.clone(),
                    message: "belongs to the engine as a whole, not to one call; give it to `createHeadroom`"
                        .into(),
                });
            }
            config.set(row, value)?;
        }
        Ok(config)
    }

    /// Which tool results may point at what stands in the conversation already: as configured, else by the profile.
    #[must_use]
    pub fn recall(&self) -> Recall {
        self.recall.unwrap_or(self.profile.recall())
    }

    fn set(&mut self, row: &OptionRow, value: &Value) -> Result<(), Error> {
        (row.set)(self, value).map_err(|problem| Error::Config {
            path: format!("{}{}", row.name, problem.path),
            message: problem.message,
        })
    }
}

fn find(name: &str) -> Result<&'static OptionRow, Error> {
    if let Some(row) = OPTIONS.iter().find(|row| row.name == name) {
        return Ok(row);
    }
    let names = OPTIONS.iter().map(|row| row.name);
    let message = match nearest::nearest(name, names.clone()) {
        Some(known) => format!("unknown option; did you mean `{known}`?"),
        None => format!("unknown option; the options are {}", names.collect::<Vec<_>>().join(", ")),
    };
    Err(Error::Config { path: name.to_owned(), message })
}

#[cfg(test)]
mod tests;
