//! The tools that a request declares.
//!
//! Owns how the formats tell function tools from tools the provider runs itself, and where a definition can be
//! added. Whether one is added is decided elsewhere.

use super::Format;
use super::conversation::is_retrieval;
use super::scanner::{Fault, Kind, Literal, Scanner};
use super::splice::Insertion;

/// The tools that a request declares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    /// Whether `tools` holds a function tool: one the client runs and describes itself. `OpenAI`: type
    /// `function`; Anthropic: type `custom` or none. Tools that the provider defines do not count.
    pub functions: bool,
    /// Whether `OpenAI`'s deprecated `functions` holds anything. No tool can be added beside them.
    pub deprecated_functions: bool,
    /// Whether the retrieval tool is among `tools` already.
    pub retrieval: bool,
    /// Where a definition goes so that it is the last one; `None` without an array `tools`.
    pub insertion: Option<Insertion>,
}

impl Tools {
    /// Reads the value of `tools`.
    pub(super) fn scan(&mut self, scanner: &mut Scanner<'_>, format: Format) -> Result<(), Fault> {
        self.functions = false;
        self.retrieval = false;
        self.insertion = None;
        if scanner.kind() == Kind::Array {
            self.insertion = Some(Insertion { at: scanner.position() + 1, first: true });
        }
        scanner.array(|scanner, _| {
            let tool = Tool::scan(scanner)?;
            self.insertion = Some(Insertion { at: scanner.position(), first: false });
            let kind = tool.kind.map(|kind| scanner.read(kind));
            let (function, name) = match format {
                Format::OpenAiChat => (kind.as_deref() == Some("function"), tool.function_name),
                Format::Anthropic => {
                    (tool.object && matches!(kind.as_deref(), None | Some("custom")), tool.name)
                }
            };
            self.functions |= function;
            self.retrieval |= function && name.is_some_and(|name| is_retrieval(&scanner.read(name)));
            Ok(())
        })
    }

    /// Reads the value of `functions`.
    pub(super) fn scan_deprecated(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        self.deprecated_functions = false;
        scanner.array(|scanner, _| {
            self.deprecated_functions = true;
            scanner.skip().map(|_| ())
        })
    }
}

#[derive(Default)]
struct Tool {
    object: bool,
    kind: Option<Literal>,
    name: Option<Literal>,
    function_name: Option<Literal>,
}

impl Tool {
    fn scan(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        let mut tool = Self { object: scanner.kind() == Kind::Object, ..Self::default() };
        scanner.object(|scanner, key| {
            match key {
                "type" => tool.kind = scanner.string()?,
                "name" => tool.name = scanner.string()?,
                "function" => {
                    tool.function_name = None;
                    scanner.object(|scanner, key| {
                        if key == "name" {
                            tool.function_name = scanner.string()?;
                            return Ok(());
                        }
                        scanner.skip().map(|_| ())
                    })?;
                }
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(tool)
    }
}
