//! The text that a template renders to: its pieces, one after the other, with the variables that it sets on the way.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::budget::{self, Budget};
use super::methods;
use super::syntax::{DEEPEST, Expression, Node, Reference, Step};
use super::{MappingError, Overrides, Rendered, TemplateScope, at_path};

/// How often `#foreach` runs at most; the limit of the service.
const MOST_ROUNDS: usize = 1_000;

/// A template being rendered.
pub(super) struct Evaluation<'a> {
    scope: &'a TemplateScope,
    variables: BTreeMap<String, Value>,
    overrides: Overrides,
    text: String,
    stopped: bool,
    budget: Budget,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(scope: &'a TemplateScope) -> Evaluation<'a> {
        Evaluation {
            scope,
            variables: BTreeMap::new(),
            overrides: Overrides::default(),
            text: String::new(),
            stopped: false,
            budget: Budget::full(),
        }
    }

    pub(super) fn done(self) -> Rendered {
        Rendered { text: self.text, overrides: self.overrides }
    }

    pub(super) fn run(&mut self, nodes: &[Node]) -> Result<(), MappingError> {
        for node in nodes {
            if self.stopped {
                break;
            }
            self.budget.piece()?;
            match node {
                Node::Text(text) => self.write(text)?,
                Node::Reference(reference) => {
                    let text = self.shown(reference)?;
                    self.write(&text)?;
                }
                Node::Set(target, value) => {
                    let value = self.value(value)?;
                    self.set(target, value)?;
                }
                Node::If(branches) => self.branch(branches)?,
                Node::ForEach(item, list, body) => self.for_each(item, list, body)?,
                Node::Stop => self.stopped = true,
            }
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), MappingError> {
        self.budget.text(self.text.len() + text.len(), text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    fn branch(&mut self, branches: &[(Option<Expression>, Vec<Node>)]) -> Result<(), MappingError> {
        for (condition, nodes) in branches {
            let holds = match condition {
                Some(condition) => truth(&self.value(condition)?),
                None => true,
            };
            if holds {
                return self.run(nodes);
            }
        }
        Ok(())
    }

    fn for_each(&mut self, item: &str, list: &Expression, body: &[Node]) -> Result<(), MappingError> {
        let values = match self.value(list)? {
            Value::Array(values) => values,
            Value::Object(map) => map.into_iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        let outer = self.variables.get("foreach").cloned();
        let last = values.len().min(MOST_ROUNDS);
        for (index, value) in values.into_iter().take(MOST_ROUNDS).enumerate() {
            self.variables.insert(item.to_string(), value);
            let count = index + 1;
            let round = json!({ "index": index, "count": count, "hasNext": count < last, "first": index == 0, "last": count == last });
            self.variables.insert("foreach".to_string(), round);
            self.run(body)?;
        }
        match outer {
            Some(outer) => self.variables.insert("foreach".to_string(), outer),
            None => self.variables.remove("foreach"),
        };
        Ok(())
    }

    /// A reference in the text. Without a value its source stays, unless it is quiet or about the request.
    fn shown(&mut self, reference: &Reference) -> Result<String, MappingError> {
        match self.reference(reference)? {
            Some(value) => Ok(printed(&value)),
            None if reference.quiet || self.scope_knows(&reference.root) => Ok(String::new()),
            None => Ok(reference.source.clone()),
        }
    }

    fn scope_knows(&self, root: &str) -> bool {
        matches!(root, "input" | "context" | "stageVariables" | "util")
    }

    fn value(&mut self, expression: &Expression) -> Result<Value, MappingError> {
        let value = self.computed(expression)?;
        self.budget.value(&value)?;
        Ok(value)
    }

    fn computed(&mut self, expression: &Expression) -> Result<Value, MappingError> {
        Ok(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Template(nodes) => {
                let outside = std::mem::take(&mut self.text);
                let ran = self.run(nodes);
                let text = std::mem::replace(&mut self.text, outside);
                ran?;
                Value::from(text)
            }
            Expression::Reference(reference) => self.reference(reference)?.unwrap_or(Value::Null),
            Expression::List(values) => {
                Value::Array(values.iter().map(|value| self.value(value)).collect::<Result<_, _>>()?)
            }
            Expression::Map(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(printed(&self.value(key)?), self.value(value)?);
                }
                Value::Object(map)
            }
            Expression::Not(inner) => Value::Bool(!truth(&self.value(inner)?)),
            Expression::Chain(first, rest) => {
                let mut left = self.value(first)?;
                for (operator, right) in rest {
                    left = match *operator {
                        "&&" => Value::Bool(truth(&left) && truth(&self.value(right)?)),
                        "||" => Value::Bool(truth(&left) || truth(&self.value(right)?)),
                        operator => {
                            let value = binary(operator, &left, &self.value(right)?);
                            // A text that grows with every operator is one that doubles.
                            budget::fits(value.as_str().map_or(0, str::len))?;
                            value
                        }
                    };
                }
                left
            }
        })
    }

    fn reference(&mut self, reference: &Reference) -> Result<Option<Value>, MappingError> {
        let (mut value, steps) = match (reference.root.as_str(), reference.steps.split_first()) {
            ("input", Some((step, steps))) => (self.input(step)?, steps),
            ("util", Some((Step::Method(name, arguments), steps))) => {
                let arguments = self.values(arguments)?;
                (Some(methods::util(name, &arguments)?), steps)
            }
            ("input" | "util", _) => return Err(unknown(&reference.source)),
            ("context", _) => (Some(self.scope.context.clone()), reference.steps.as_slice()),
            ("stageVariables", _) => {
                let variables = serde_json::to_value(&self.scope.stage_variables).ok();
                (variables, reference.steps.as_slice())
            }
            (name, _) => {
                // `$list.add(x)` and `$map.put(k, v)` change the variable itself.
                if let [path @ .., Step::Method(method, arguments)] = reference.steps.as_slice()
                    && methods::CHANGING.contains(&method.as_str())
                {
                    let arguments = self.values(arguments)?;
                    let place = self.place(name, path)?;
                    return Ok(Some(methods::change(place, method, &arguments)));
                }
                (self.variables.get(name).cloned(), reference.steps.as_slice())
            }
        };
        for step in steps {
            let Some(present) = value else { return Ok(None) };
            value = self.step(&present, step)?;
        }
        Ok(value.filter(|value| !value.is_null()))
    }

    fn step(&mut self, value: &Value, step: &Step) -> Result<Option<Value>, MappingError> {
        Ok(match step {
            Step::Field(name) => value.get(name).cloned(),
            Step::Index(index) => methods::at(value, &self.value(index)?),
            Step::Method(name, arguments) => {
                let arguments = self.values(arguments)?;
                if let (Value::String(text), true) = (value, methods::SEARCHING.contains(&name.as_str())) {
                    self.budget.search(text)?;
                }
                methods::of(value, name, &arguments)?
            }
        })
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, MappingError> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }

    /// `$input.…`.
    fn input(&mut self, step: &Step) -> Result<Option<Value>, MappingError> {
        let (name, arguments) = match step {
            Step::Field(name) if name == "body" => return Ok(Some(Value::from(self.scope.body.as_str()))),
            Step::Method(name, arguments) => (name.as_str(), self.values(arguments)?),
            _ => return Err(unknown("$input")),
        };
        let argument = arguments.first().map(printed);
        match (name, argument) {
            ("json", Some(path)) => {
                let found = at_path(&self.scope.json, &path);
                Ok(Some(Value::from(found.map_or_else(String::new, |value| value.to_string()))))
            }
            ("path", Some(path)) => Ok(at_path(&self.scope.json, &path)),
            ("params", None) => Ok(Some(self.scope.all_parameters())),
            ("params", Some(name)) => {
                // `path`, `querystring` and `header` name whole groups, unless a parameter has that name.
                let groups = || self.scope.all_parameters().get(&name).cloned();
                Ok(self.scope.parameter(&name).cloned().or_else(groups))
            }
            (other, _) => Err(unknown(&format!("$input.{other}()"))),
        }
    }

    fn set(&mut self, target: &Reference, value: Value) -> Result<(), MappingError> {
        if target.root == "context" {
            return self.set_override(target, &value);
        }
        *self.place(&target.root, &target.steps)? = value;
        Ok(())
    }

    /// `$context.responseOverride.status` and `.header.{name}`; a request's overrides do not reach a function or a mock.
    fn set_override(&mut self, target: &Reference, value: &Value) -> Result<(), MappingError> {
        let names: Vec<String> = target
            .steps
            .iter()
            .map(|step| match step {
                Step::Field(name) => Ok(name.clone()),
                Step::Index(index) => Ok(printed(&self.value(index)?)),
                Step::Method(..) => Err(unknown(&target.source)),
            })
            .collect::<Result<_, _>>()?;
        match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["responseOverride", "status"] => {
                let status = printed(value).parse().ok().filter(|status| (100..=599).contains(status));
                self.overrides.status = Some(status.ok_or_else(|| {
                    MappingError::Evaluation(format!("{} is not a status: {}", target.source, printed(value)))
                })?);
            }
            ["responseOverride", "header", name] => self.overrides.headers.push(((*name).to_string(), printed(value))),
            ["requestOverride", ..] => {}
            _ => return Err(unknown(&target.source)),
        }
        Ok(())
    }

    /// The place of a variable or of something in it, made on the way.
    fn place(&mut self, root: &str, steps: &[Step]) -> Result<&mut Value, MappingError> {
        if steps.len() > DEEPEST {
            return Err(budget::too_much("its values are nested deeper than any template's"));
        }
        let mut keys = Vec::new();
        for step in steps {
            keys.push(match step {
                Step::Field(name) => Value::from(name.as_str()),
                Step::Index(index) => self.value(index)?,
                Step::Method(name, _) => return Err(unknown(&format!("{name}() on the left side"))),
            });
        }
        let mut place = self.variables.entry(root.to_string()).or_insert(Value::Null);
        for key in keys {
            place = match (key.as_u64().and_then(|index| usize::try_from(index).ok()), place) {
                (Some(index), Value::Array(values)) => {
                    let length = values.len();
                    values.get_mut(index).ok_or_else(|| unknown(&format!("index {index} of {length} values")))?
                }
                (_, place) => {
                    if !place.is_object() {
                        *place = json!({});
                    }
                    // It was made an object just now, so there is an entry.
                    match place.as_object_mut() {
                        Some(map) => map.entry(printed(&key)).or_insert(Value::Null),
                        None => return Err(unknown(root)),
                    }
                }
            };
        }
        Ok(place)
    }
}

fn unknown(what: &str) -> MappingError {
    MappingError::Evaluation(format!("{what} is not known"))
}

/// What counts as true: everything but false and nothing.
fn truth(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn binary(operator: &str, left: &Value, right: &Value) -> Value {
    let numbers = left.as_f64().zip(right.as_f64());
    let order = match numbers {
        Some((left, right)) => left.partial_cmp(&right),
        None => Some(printed(left).cmp(&printed(right))),
    };
    match operator {
        "==" => Value::Bool(order == Some(Ordering::Equal) && left.is_null() == right.is_null()),
        "!=" => Value::Bool(order != Some(Ordering::Equal) || left.is_null() != right.is_null()),
        "<" => Value::Bool(order == Some(Ordering::Less)),
        ">" => Value::Bool(order == Some(Ordering::Greater)),
        "<=" => Value::Bool(matches!(order, Some(Ordering::Less | Ordering::Equal))),
        ">=" => Value::Bool(matches!(order, Some(Ordering::Greater | Ordering::Equal))),
        "+" if numbers.is_none() => Value::from(printed(left) + &printed(right)),
        _ => methods::arithmetic(operator, left, right),
    }
}

/// A value as text: strings as they are, maps and lists as Java prints them.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => format!("[{}]", values.iter().map(inner).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}={}", inner(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn inner(value: &Value) -> String {
    if value.is_null() { "null".to_string() } else { printed(value) }
}
