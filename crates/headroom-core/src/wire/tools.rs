//! The tools that a request declares.
//!
//! Owns how the formats tell function tools from tools the provider runs itself, and where a definition can be
//! added. Whether one is added is decided elsewhere.

use super::conversation::is_retrieval;
use super::scanner::{Fault, Kind, Literal, Scanner};
use super::splice::Insertion;

/// The tools that a request declares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    /// Whether `tools` holds a function tool: one the client runs and describes itself. `OpenAI`: type
    /// `function`; Anthropic: type `custom` or none; Gemini: a function declaration. Tools that the provider defines do not
    /// count.
    pub functions: bool,
    /// Whether `OpenAI`'s deprecated `functions` holds anything. No tool can be added beside them.
    pub deprecated_functions: bool,
    /// Whether the retrieval tool is among `tools` already.
    pub retrieval: bool,
    /// Where a definition goes so that it is the last one; `None` where there is no list for it.
    pub insertion: Option<Insertion>,
}

impl Tools {
    /// Reads the value of `tools` in Chat Completions.
    pub(super) fn scan_openai_chat(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        self.scan(scanner, |tool, scanner| (tool.is(scanner, "function"), tool.function_name))
    }

    /// Reads the value of `tools` in Responses, where a function stands in the list itself.
    pub(super) fn scan_openai_responses(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        self.scan(scanner, |tool, scanner| (tool.is(scanner, "function"), tool.name))
    }

    /// Reads the value of `tools` in Messages.
    pub(super) fn scan_anthropic(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        self.scan(scanner, |tool, scanner| {
            (tool.object && (tool.kind.is_none() || tool.is(scanner, "custom")), tool.name)
        })
    }

    fn scan<'a>(
        &mut self,
        scanner: &mut Scanner<'a>,
        function: impl Fn(&Tool, &Scanner<'a>) -> (bool, Option<Literal>),
    ) -> Result<(), Fault> {
        *self = Self { deprecated_functions: self.deprecated_functions, ..Self::default() };
        if scanner.kind() == Kind::Array {
            self.insertion = Some(Insertion { at: scanner.position() + 1, first: true });
        }
        scanner.array(|scanner, _| {
            let tool = Tool::scan(scanner)?;
            self.insertion = Some(Insertion { at: scanner.position(), first: false });
            let (is_function, name) = function(&tool, scanner);
            self.functions |= is_function;
            self.retrieval |= is_function && name.is_some_and(|name| is_retrieval(&scanner.read(name)));
            Ok(())
        })
    }

    /// Reads the value of `tools` in Gemini, where each tool may hold a list of functions. A definition goes to the end of the
    /// last such list that holds any.
    pub(super) fn scan_gemini(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        *self = Self::default();
        if scanner.kind() == Kind::Object {
            return self.scan_gemini_tool(scanner);
        }
        scanner.array(|scanner, _| self.scan_gemini_tool(scanner))
    }

    fn scan_gemini_tool(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        let mut declared = Self::default();
        scanner.object(|scanner, key| {
            if key != "functionDeclarations" && key != "function_declarations" {
                return scanner.skip().map(|_| ());
            }
            declared = Self::default();
            scanner.array(|scanner, _| {
                let mut name = None;
                scanner.object(|scanner, key| {
                    if key == "name" {
                        name = scanner.string()?;
                        return Ok(());
                    }
                    scanner.skip().map(|_| ())
                })?;
                declared.functions = true;
                declared.insertion = Some(Insertion { at: scanner.position(), first: false });
                declared.retrieval |= name.is_some_and(|name| is_retrieval(&scanner.read(name)));
                Ok(())
            })
        })?;
        self.functions |= declared.functions;
        self.retrieval |= declared.retrieval;
        self.insertion = declared.insertion.or(self.insertion);
        Ok(())
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
    fn is(&self, scanner: &Scanner<'_>, kind: &str) -> bool {
        self.kind.is_some_and(|own| scanner.read(own) == kind)
    }

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
