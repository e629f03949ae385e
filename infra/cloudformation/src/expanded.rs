//! What SAM makes of the template: its refusals, and the resources that a template may refer to although nobody wrote them.
//!
//! On AWS the transform comes first, so `!Ref BoardApidevStage` and `DependsOn: HelloRole` name resources like any others. The
//! transform is done here for that and for what it refuses; the stack is read from the author's resources.

use super::finding::{Finding, Findings};
use super::sam::{self, SamError, SamInput, Transformed};
use super::tree::{Node, map};
use super::{StackOptions, finding::Position};

/// The expanded template; nothing in it where there is no SAM, or where SAM refuses.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    resources: Option<Node>,
    /// The author's resources with their places, by which those that were made of them are known.
    sources: Vec<(String, Position)>,
    refusal: Option<SamError>,
}

impl Expanded {
    /// What SAM makes of the template `root`.
    pub(super) fn of(root: &Node, options: &StackOptions) -> Expanded {
        let section = root.get("Resources").map(Node::entries).unwrap_or_default();
        let sources = section.iter().map(|(key, _)| (key.name.clone(), key.position)).collect();
        match transform(root, options) {
            Ok(Transformed { mut template, .. }) => {
                Expanded { resources: template.remove("Resources"), sources, refusal: None }
            }
            Err(refusal) => Expanded { resources: None, sources, refusal: Some(refusal) },
        }
    }

    /// A resource that SAM makes and the author did not write.
    pub(super) fn made(&self, id: &str) -> Option<&Node> {
        let resource = self.resources.as_ref()?.get(id)?;
        (!self.sources.iter().any(|(source, _)| source == id)).then_some(resource)
    }

    /// The resource with this id, as SAM makes it.
    pub(super) fn get(&self, id: &str) -> Option<&Node> {
        self.resources.as_ref()?.get(id)
    }

    /// The ids of what SAM makes.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().flat_map(Node::entries).map(|(key, _)| key.name.as_str())
    }

    /// The author's resource of which `id` is made; the implicit API is made of itself.
    pub(super) fn source(&self, id: &str) -> Option<&str> {
        let (key, _) = self.resources.as_ref()?.entries().iter().find(|(key, _)| key.name == id)?;
        self.sources.iter().find(|(_, position)| *position == key.position).map(|(source, _)| source.as_str())
    }

    /// The id of the resource of type `kind` that is made of the author's resource `id`.
    pub(super) fn made_of(&self, id: &str, kind: &str) -> Option<&str> {
        let of = |key: &super::tree::Key| self.source(&key.name) == Some(id) || key.name.starts_with(id);
        let entries = self.resources.iter().flat_map(Node::entries);
        let mut found = entries.filter(|(key, made)| made.get("Type").and_then(Node::text) == Some(kind) && of(key));
        found.next().map(|(key, _)| key.name.as_str())
    }

    /// Whether the method asks for an API key, as SAM writes it into the definition of the API `id`. A function where a boolean
    /// should be is never worked out by SAM, which takes it for true. `None` where there is no definition to look at.
    pub(super) fn asks_for_key(&self, id: &str, path: &str, method: &str) -> Option<bool> {
        let paths = self.resources.as_ref()?.get(id)?.get("Properties")?.get("Body")?.get("paths")?;
        let normal = |path: &str| path.trim_end_matches('/').to_string();
        let (_, item) = paths.entries().iter().find(|(key, _)| normal(&key.name) == normal(path))?;
        let name = if method == "ANY" { "x-amazon-apigateway-any-method".to_string() } else { method.to_lowercase() };
        let security = holding(holding(item).get(&name)?).get("security").map(Node::items).unwrap_or_default();
        Some(security.iter().any(|entry| entry.get("api_key").is_some()))
    }

    /// Reports what SAM refuses. Where a reader has found the same, SAM's sentence goes in front of its words, which know the place.
    pub(super) fn report(&self, findings: &Findings) {
        for (position, message) in self.refusal.iter().flat_map(|refusal| &refusal.causes) {
            let inner = message.rsplit("is invalid. ").next().unwrap_or(message).trim_end_matches('.');
            if findings.mention(inner) {
                continue;
            }
            let source = self.sources.iter().find(|(_, at)| Some(*at) == *position);
            let id = source.map_or("Globals", |(id, _)| id.as_str());
            let named = names(message);
            let of_it = |finding: &Finding| finding.place.split('.').next() == Some(id);
            let is_last = |finding: &Finding| named.iter().any(|name| finding.place.rsplit('.').next() == Some(name));
            let is_said = |finding: &Finding| {
                let mut words = finding.message.split(|c: char| !c.is_alphanumeric());
                words.any(|word| named.contains(&word))
            };
            let is_inside = |finding: &Finding| finding.place.split('.').any(|part| named.contains(&part));
            let is_found = findings.put_before(|finding| of_it(finding) && is_last(finding), message, None)
                || findings.put_before(|finding| of_it(finding) && is_said(finding), message, None)
                || findings.put_before(|finding| of_it(finding) && is_inside(finding), message, None);
            if !is_found {
                findings.report(position.unwrap_or(Position { line: 1, column: 1 }), "", message.as_str());
            }
        }
    }
}

/// What a sentence of SAM speaks of, which stands in quotes or in brackets; not what it says could stand there.
fn names(sentence: &str) -> Vec<&str> {
    let end = sentence.to_lowercase().find("must be one of").unwrap_or(sentence.len());
    let about = sentence.get(..end).unwrap_or(sentence);
    // The resource itself, or the section, is the first that it names.
    let parts = about.split(['\'', '[', ']']).skip(1).step_by(2);
    parts.skip(1).filter(|name| !name.is_empty() && name.chars().all(char::is_alphanumeric)).collect()
}

/// What stands under a condition that SAM has put around it.
fn holding(node: &Node) -> &Node {
    node.get("Fn::If").and_then(|argument| argument.items().get(1)).unwrap_or(node)
}

/// Stands for the bucket that a deployment uploads code to.
pub(super) const UPLOADED: &str = "code";

/// The properties of a function of the type `kind`, written without SAM, as they are after `aws cloudformation package` has uploaded the
/// folder that they name. Nothing where they name none.
pub(super) fn uploaded(kind: &str, properties: &Node) -> Option<Node> {
    let code = properties.get("Code").filter(|code| kind == "AWS::Lambda::Function" && code.text().is_some())?;
    let mut uploaded = properties.clone();
    let mut made = map! { "S3Bucket" => UPLOADED, "S3Key" => "function.zip" };
    made.place_at(code.position);
    uploaded.set("Code", made);
    Some(uploaded)
}

/// Stands for the image that `sam build` makes.
const IMAGE: &str = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/function:latest";

/// The template `root` as SAM expands it once its code was uploaded.
pub(super) fn transform(root: &Node, options: &StackOptions) -> Result<Transformed, SamError> {
    let mut parameters = options.previous.clone();
    parameters.extend(options.parameters.clone());
    sam::transform(&packaged(root), &SamInput { region: options.region.clone(), parameters })
}

/// The template as it is after its code was uploaded, which is when SAM gets it.
fn packaged(root: &Node) -> Node {
    let uploaded = || map! { "Bucket" => UPLOADED, "Key" => "function.zip" };
    let local = |uri: &Node| uri.text().is_some_and(|uri| !uri.starts_with("s3://"));
    let mut root = root.clone();
    let globals = root.get_mut("Globals").and_then(|globals| globals.get_mut("Function"));
    if let Some(globals) = globals
        && globals.get("CodeUri").is_some_and(local)
    {
        globals.set("CodeUri", uploaded());
    }
    let globals = root.get("Globals").and_then(|globals| globals.get("Function")).cloned();
    let of_all = |name: &str| globals.as_ref().is_some_and(|globals| globals.get(name).is_some());
    for (_, resource) in root.get_mut("Resources").map(Node::entries_mut).unwrap_or_default() {
        let property = match resource.get("Type").and_then(Node::text) {
            Some("AWS::Serverless::Function") => "CodeUri",
            Some("AWS::Serverless::LayerVersion") => "ContentUri",
            _ => continue,
        };
        let builds_image = resource.get("Metadata").is_some_and(|metadata| metadata.get("Dockerfile").is_some());
        let Some(properties) = resource.get_mut("Properties").filter(|properties| properties.is_mapping()) else {
            continue;
        };
        let is_image = properties.get("PackageType").and_then(Node::text) == Some("Image");
        let has = |name: &str| properties.get(name).is_some() || of_all(name);
        if is_image && builds_image && !has("ImageUri") {
            properties.set("ImageUri", IMAGE);
        } else if properties.get(property).is_some_and(local)
            || (property == "CodeUri" && !is_image && !has("CodeUri") && !has("InlineCode"))
        {
            // `sam build` takes the folder of the template where no other one is named.
            properties.set(property, uploaded());
        }
    }
    root
}
