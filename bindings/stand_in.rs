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
        if config.contains("__panic") {
            panic!("as asked");
        }
        Ok(Self)
    }
    pub fn step(&self, texts: &[String], meta: &str) -> Result<StepResult, Error> {
        assert!(!meta.contains("__panic"), "{} texts", texts.len());
        if meta.contains("__error") {
            return Err(Error::Request { message: "as asked".to_owned() });
        }
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

pub fn count_tokens(text: &str, model: Option<&str>) -> Result<usize, Error> {
    Ok(headroom_core::tokens::Counter::for_model(model)?.count(text))
}

pub fn load_vocabulary(_name: &str, _asset: &[u8]) -> Result<(), Error> {
    Ok(())
}

pub fn retrieve_tool(_format: &str) -> Result<&'static str, Error> {
    Ok("{}")
}

pub fn options_json() -> String {
    "[]".to_owned()
}
