//! Stands in for the core's pipeline until it lands: every text passes through.

use headroom_core::Error;

pub struct Engine;

pub struct StepResult {
    pub texts: Vec<String>,
    pub outcome_json: String,
}

pub struct BodyStepResult {
    pub body: Option<Vec<u8>>,
    pub originals: Vec<String>,
    pub outcome_json: String,
}

const UNCHANGED: &str = r#"{"changed":[],"originals":[],"report":{"tokensBefore":0,"tokensAfter":0,"toolTokens":0,"tokensSaved":0,"estimated":true,"counter":"none","blocks":[],"warnings":[]}}"#;

impl Engine {
    pub fn new(config: &str, _modules: &str) -> Result<Self, Error> {
        headroom_core::config::Config::from_json(config)?;
        Ok(Self)
    }
    pub fn step(&self, _texts: &[String], _meta: &str) -> Result<StepResult, Error> {
        Ok(StepResult { texts: Vec::new(), outcome_json: UNCHANGED.to_owned() })
    }
    pub fn body_step(&self, _body: &[u8], _meta: &str) -> Result<BodyStepResult, Error> {
        Ok(BodyStepResult { body: None, originals: Vec::new(), outcome_json: UNCHANGED.to_owned() })
    }
    pub fn retrieve(&self, _original: &str, _arguments: &str, _model: Option<&str>) -> Result<String, Error> {
        Ok(r#"{"text":"","found":false,"part":""}"#.to_owned())
    }
    pub fn identify(&self, _texts: &[String], _id: &str) -> Option<usize> {
        None
    }
    pub fn markers(&self, _text: &str) -> String {
        "[]".to_owned()
    }
}
