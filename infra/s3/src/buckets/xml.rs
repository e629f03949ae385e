//! The XML that callers send: a tree of elements, and what S3 says of a body that is not one.
//!
//! Namespaces are overlooked, as S3 does: clients write them or not.

use xmlparser::{ElementEnd, Token, Tokenizer};

use super::error::ErrorDocument;

/// How deep elements may stand in each other. S3's own documents are far from it.
const DEEPEST: usize = 32;

/// An element; of its attributes only its type is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    /// What `xsi:type` says it is.
    pub(super) kind: Option<String>,
    /// The text in it, in one piece.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The root of `document`, whatever it is called.
    pub(super) fn any(document: &[u8]) -> Result<Element, ErrorDocument> {
        std::str::from_utf8(document).ok().and_then(parsed).ok_or_else(ErrorDocument::malformed_xml)
    }

    /// The root of `document`, which must be called `name`.
    pub(super) fn root(document: &[u8], name: &str) -> Result<Element, ErrorDocument> {
        let root = Element::any(document)?;
        if root.name == name { Ok(root) } else { Err(ErrorDocument::malformed_xml()) }
    }

    /// The first child called `name`.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children called `name`.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child called `name`.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// As [`Element::text_of`], where the schema requires it.
    pub(super) fn required(&self, name: &str) -> Result<&str, ErrorDocument> {
        self.text_of(name).ok_or_else(ErrorDocument::malformed_xml)
    }
}

/// The root element of `text`; none where that is not well-formed.
fn parsed(text: &str) -> Option<Element> {
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    for token in Tokenizer::from(text) {
        match token.ok()? {
            Token::ElementStart { local, .. } => {
                if root.is_some() || open.len() == DEEPEST {
                    return None;
                }
                open.push(Element { name: local.to_string(), ..Element::default() });
            }
            Token::Attribute { local, value, .. } if local.as_str() == "type" => {
                open.last_mut()?.kind = Some(unescaped(&value)?);
            }
            Token::Attribute { .. } | Token::ElementEnd { end: ElementEnd::Open, .. } => {}
            Token::ElementEnd { end, .. } => {
                let element = open.pop()?;
                if let ElementEnd::Close(_, local) = end
                    && local.as_str() != element.name
                {
                    return None;
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => root = Some(element),
                }
            }
            Token::Text { text } => match open.last_mut() {
                Some(element) => element.text.push_str(&unescaped(&text)?),
                None if text.trim().is_empty() => {}
                None => return None,
            },
            Token::Cdata { text, .. } => open.last_mut()?.text.push_str(&text),
            // Entities of one's own are for attacks.
            Token::DtdStart { .. }
            | Token::EmptyDtd { .. }
            | Token::EntityDeclaration { .. }
            | Token::DtdEnd { .. } => {
                return None;
            }
            Token::Declaration { .. } | Token::ProcessingInstruction { .. } | Token::Comment { .. } => {}
        }
    }
    root.filter(|_| open.is_empty())
}

/// `text` with its entities replaced; none where one is unknown.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut unescaped = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (entity, rest) = part.split_once(';')?;
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let character = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => match (entity.strip_prefix("#x"), entity.strip_prefix('#')) {
                (Some(digits), _) => number(digits, 16)?,
                (None, Some(digits)) => number(digits, 10)?,
                (None, None) => return None,
            },
        };
        unescaped.push(character);
        unescaped.push_str(rest);
    }
    Some(unescaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_tree_of_elements() {
        let text = "<?xml version=\"1.0\"?>\n<Delete xmlns=\"x\"><!-- c --><Object><Key>a &amp; &#x3c;b&#62;</Key></Object>\
                    <s:Object><Key><![CDATA[<&>]]></Key></s:Object><Quiet/></Delete>";
        let root = Element::root(text.as_bytes(), "Delete").unwrap();
        let keys: Vec<_> = root.all("Object").map(|object| object.required("Key").unwrap()).collect();
        assert_eq!(keys, ["a & <b>", "<&>"]);
        assert_eq!((root.text_of("Quiet"), root.text_of("Nothing")), (Some(""), None));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let deep = "<a>".repeat(1000);
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><a/>",
            "<a>&x;</a>",
            "<a>&amp</a>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
            "<b/>",
            &deep,
        ] {
            assert_eq!(Element::root(text.as_bytes(), "a").unwrap_err().code, "MalformedXML", "{text:.40}");
        }
        assert!(Element::root(b"<a>\xff</a>", "a").is_err());
    }
}
