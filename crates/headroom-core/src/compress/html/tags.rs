//! Names of elements, as far as their treatment differs.
//!
//! Owns which name means what and which elements close which. It reads no text.

/// What an element is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Tag {
    /// Text between tags.
    Text,
    /// The whole page.
    Root,
    Html,
    Head,
    Body,
    Title,
    Meta,
    /// `link`, `base`, `source` and others that have neither content nor a look.
    Nothing,
    Script,
    Style,
    /// `noscript`, `template`, `annotation`: what is shown in other circumstances.
    Otherwise,
    Svg,
    Math,
    /// `video`, `audio`, `canvas`, `object`, `iframe`.
    Embedded,
    Nav,
    Main,
    Article,
    Section,
    Aside,
    Header,
    Footer,
    /// A block without a meaning of its own.
    Div,
    Paragraph,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Rule,
    Break,
    Pre,
    Code,
    Anchor,
    Image,
    List,
    Ordered,
    Item,
    Definitions,
    Term,
    Definition,
    Table,
    Caption,
    /// `thead`, `tbody`, `tfoot`.
    RowGroup,
    Row,
    HeaderCell,
    Cell,
    Quote,
    Form,
    Input,
    Select,
    Choice,
    Textarea,
    Button,
    Superscript,
    /// `span`, which is looked at only where its attributes say something.
    Span,
    /// `b`, `em`, `font` and the like: what they enclose is text like any other.
    Format,
    /// A name that HTML does not know.
    Unknown,
}

/// Kinds of elements.
pub(super) const TAGS: usize = Tag::Unknown as usize + 1;

/// What the inside of an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Elements and text.
    Elements,
    /// Text up to the end tag of the same name, whatever looks like a tag in it.
    Raw,
    /// There is none, and no end tag.
    Void,
}

/// The element that a name in any case means.
pub(super) fn tag(name: &str) -> Tag {
    let mut lower = [0_u8; 12];
    let Some(lower) = lower.get_mut(..name.len()) else { return Tag::Unknown };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"html" => Tag::Html,
        b"head" => Tag::Head,
        b"body" => Tag::Body,
        b"title" => Tag::Title,
        b"meta" => Tag::Meta,
        b"link" | b"base" | b"basefont" | b"source" | b"track" | b"param" | b"area" | b"col" | b"frame"
        | b"embed" | b"wbr" => Tag::Nothing,
        b"script" => Tag::Script,
        b"style" => Tag::Style,
        b"noscript" | b"template" | b"noframes" | b"noembed" | b"annotation" => Tag::Otherwise,
        b"svg" => Tag::Svg,
        b"math" => Tag::Math,
        b"video" | b"audio" | b"canvas" | b"object" | b"iframe" | b"map" => Tag::Embedded,
        b"nav" => Tag::Nav,
        b"main" => Tag::Main,
        b"article" => Tag::Article,
        b"section" => Tag::Section,
        b"aside" => Tag::Aside,
        b"header" => Tag::Header,
        b"footer" => Tag::Footer,
        b"div" | b"address" | b"center" | b"details" | b"summary" | b"figure" | b"figcaption" | b"hgroup"
        | b"fieldset" | b"legend" | b"dialog" | b"colgroup" => Tag::Div,
        b"p" => Tag::Paragraph,
        b"h1" => Tag::H1,
        b"h2" => Tag::H2,
        b"h3" => Tag::H3,
        b"h4" => Tag::H4,
        b"h5" => Tag::H5,
        b"h6" => Tag::H6,
        b"hr" => Tag::Rule,
        b"br" => Tag::Break,
        b"pre" | b"listing" | b"xmp" | b"plaintext" => Tag::Pre,
        b"code" | b"kbd" | b"samp" | b"tt" | b"var" => Tag::Code,
        b"a" => Tag::Anchor,
        b"img" | b"image" => Tag::Image,
        b"ul" | b"menu" | b"dir" => Tag::List,
        b"ol" => Tag::Ordered,
        b"li" => Tag::Item,
        b"dl" => Tag::Definitions,
        b"dt" => Tag::Term,
        b"dd" => Tag::Definition,
        b"table" => Tag::Table,
        b"caption" => Tag::Caption,
        b"thead" | b"tbody" | b"tfoot" => Tag::RowGroup,
        b"tr" => Tag::Row,
        b"th" => Tag::HeaderCell,
        b"td" => Tag::Cell,
        b"blockquote" | b"q" => {
            if lower.len() > 1 {
                Tag::Quote
            } else {
                Tag::Format
            }
        }
        b"form" => Tag::Form,
        b"input" => Tag::Input,
        b"select" | b"datalist" => Tag::Select,
        b"option" | b"optgroup" => Tag::Choice,
        b"textarea" => Tag::Textarea,
        b"button" => Tag::Button,
        b"sup" => Tag::Superscript,
        b"span" => Tag::Span,
        b"b" | b"i" | b"em" | b"strong" | b"font" | b"u" | b"s" | b"small" | b"big" | b"cite" | b"abbr"
        | b"acronym" | b"dfn" | b"ins" | b"del" | b"strike" | b"mark" | b"sub" | b"time" | b"label"
        | b"bdi" | b"bdo" | b"ruby" | b"nobr" | b"data" | b"output" | b"picture" | b"blink" => Tag::Format,
        _ => Tag::Unknown,
    }
}

impl Tag {
    /// What is inside.
    pub(super) fn content(self) -> Content {
        match self {
            Self::Script | Self::Style | Self::Textarea | Self::Title | Self::Svg => Content::Raw,
            Self::Meta | Self::Nothing | Self::Rule | Self::Break | Self::Image | Self::Input => {
                Content::Void
            }
            _ => Content::Elements,
        }
    }

    /// The level of a heading.
    pub(super) fn heading(self) -> Option<usize> {
        (Self::H1..=Self::H6).contains(&self).then(|| self as usize - Self::H1 as usize + 1)
    }

    /// Whether it stands on lines of its own.
    pub(super) fn is_block(self) -> bool {
        self.heading().is_some()
            || matches!(
                self,
                Self::Root
                    | Self::Html
                    | Self::Head
                    | Self::Body
                    | Self::Nav
                    | Self::Main
                    | Self::Article
                    | Self::Section
                    | Self::Aside
                    | Self::Header
                    | Self::Footer
                    | Self::Div
                    | Self::Paragraph
                    | Self::Rule
                    | Self::Pre
                    | Self::List
                    | Self::Ordered
                    | Self::Item
                    | Self::Definitions
                    | Self::Term
                    | Self::Definition
                    | Self::Table
                    | Self::Caption
                    | Self::RowGroup
                    | Self::Row
                    | Self::HeaderCell
                    | Self::Cell
                    | Self::Quote
                    | Self::Form
            )
    }

    /// Elements of which an open one ends where this one begins, and those beyond which it is not looked for
    /// (WHATWG HTML, 13.1.2.4 "Optional tags").
    pub(super) fn closes(self) -> (&'static [Tag], &'static [Tag]) {
        match self {
            Self::Item => (&[Self::Item], &[Self::List, Self::Ordered, Self::Table, Self::Cell]),
            Self::Term | Self::Definition => {
                (&[Self::Term, Self::Definition], &[Self::Definitions, Self::Table, Self::Cell])
            }
            Self::Row => (&[Self::Row], &[Self::Table]),
            Self::Cell | Self::HeaderCell => (&[Self::Cell, Self::HeaderCell], &[Self::Row, Self::Table]),
            Self::RowGroup => (&[Self::RowGroup, Self::Row, Self::Caption], &[Self::Table]),
            Self::Choice => (&[Self::Choice], &[Self::Select]),
            Self::Anchor => (&[Self::Anchor], &[Self::Table, Self::Cell, Self::HeaderCell]),
            Self::Body => (&[Self::Head], &[]),
            _ => (&[], &[]),
        }
    }

    /// Whether an end tag of an element inside does not close what is around this one.
    pub(super) fn is_boundary(self) -> bool {
        matches!(self, Self::Table | Self::Cell | Self::HeaderCell | Self::Caption | Self::Button)
    }
}
