//! Schemas that apply to one and the same value: `allOf`, `not` and their kind, and what `$ref` leads to.
//!
//! The library follows them without end where a schema leads back to itself before it goes on to a part of the value, and that ends
//! the process. A schema of a tree leads back through `properties`, one level of the body further down, and a body ends somewhere.

use std::collections::BTreeMap;
use std::ptr::from_ref;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// How many schemas may lead from one to the next, and how many may apply to one value in all.
const DEEPEST: usize = 16;
const MOST: usize = 1_000;

/// What is wrong with `model`, if something is.
pub(super) fn error(model: &Value) -> Option<String> {
    let mut chains = Chains { model, known: BTreeMap::new() };
    chains.somewhere_in(model).err().map(|()| {
        format!(
            "a schema leads back to itself without a property or an item between, or more than {DEEPEST} schemas lead to \
             each other, or more than {MOST} apply to one value"
        )
    })
}

struct Chains<'m> {
    model: &'m Value,
    /// By a schema's place in memory: how many lead from it to the next, and how many apply with it.
    known: BTreeMap<*const Value, (usize, usize)>,
}

impl<'m> Chains<'m> {
    fn somewhere_in(&mut self, value: &'m Value) -> Result<(), ()> {
        match value {
            Value::Array(values) => values.iter().try_for_each(|value| self.somewhere_in(value)),
            Value::Object(fields) => {
                self.from(value, 0)?;
                fields.values().try_for_each(|value| self.somewhere_in(value))
            }
            _ => Ok(()),
        }
    }

    /// A circle is a chain that is too long.
    fn from(&mut self, schema: &'m Value, before: usize) -> Result<(usize, usize), ()> {
        if before > DEEPEST {
            return Err(());
        }
        let place = from_ref(schema);
        if let Some(known) = self.known.get(&place) {
            return if before + known.0 > DEEPEST { Err(()) } else { Ok(*known) };
        }
        let (mut deepest, mut applied) = (0, 1_usize);
        for next in self.in_place(schema) {
            let (depth, count) = self.from(next, before + 1)?;
            deepest = deepest.max(depth + 1);
            applied = applied.saturating_add(count);
        }
        if applied > MOST {
            return Err(());
        }
        self.known.insert(place, (deepest, applied));
        Ok((deepest, applied))
    }

    fn in_place(&self, schema: &'m Value) -> Vec<&'m Value> {
        // In draft 4, nothing beside a reference counts.
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').map(|path| percent_decode_str(path).decode_utf8_lossy());
            return pointer.and_then(|pointer| self.model.pointer(&pointer)).into_iter().collect();
        }
        let lists = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|name| schema.get(name)?.as_array()).flatten();
        let dependencies =
            schema.get("dependencies").and_then(Value::as_object).into_iter().flat_map(|map| map.values());
        lists.chain(schema.get("not")).chain(dependencies).filter(|schema| schema.is_object()).collect()
    }
}
