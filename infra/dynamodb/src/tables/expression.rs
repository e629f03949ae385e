//! DynamoDB's expressions, read as far as the tables judge or rewrite what the engine does not.
//!
//! The engine reads every expression itself and says what is wrong with its form, but for a projection's. So whatever cannot be read
//! here, or is nested too deep, gives `None` and not an error: the engine judges it.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>

/// The longest expression, in bytes. Longer ones are the engine's to refuse.
pub(super) const MOST_BYTES: usize = 4096;
/// As deep as anybody writes, and far from the end of a thread's stack.
const DEEPEST: usize = 40;

/// A part of a document path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element<'e> {
    /// An attribute's name, or its placeholder with `#`.
    Name(&'e str),
    /// The place in a list, as it is written.
    Index(&'e str),
}

/// A document path: `a.b[1]`.
pub(super) type Path<'e> = Vec<Element<'e>>;

/// What stands at a side of an operator, or in a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand<'e> {
    Path(Path<'e>),
    /// A value's placeholder, with its colon.
    Value(&'e str),
    Function(&'e str, Vec<Operand<'e>>),
    /// What `+` and `-` join, in updates only.
    Sum(Vec<Operand<'e>>),
}

/// A condition or a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition<'e> {
    Compare(Operand<'e>, &'e str, Operand<'e>),
    Between(Operand<'e>, Operand<'e>, Operand<'e>),
    In(Operand<'e>, Vec<Operand<'e>>),
    Function(&'e str, Vec<Operand<'e>>),
    And(Box<Condition<'e>>, Box<Condition<'e>>),
    Or(Box<Condition<'e>>, Box<Condition<'e>>),
    Not(Box<Condition<'e>>),
}

impl<'e> Operand<'e> {
    fn paths(&self) -> Vec<&Path<'e>> {
        match self {
            Operand::Path(path) => vec![path],
            Operand::Value(_) => Vec::new(),
            Operand::Function(_, operands) | Operand::Sum(operands) => {
                operands.iter().flat_map(Operand::paths).collect()
            }
        }
    }
}

impl<'e> Condition<'e> {
    /// The paths that the condition is about.
    pub(super) fn paths(&self) -> Vec<&Path<'e>> {
        match self {
            Condition::Compare(left, _, right) => [left, right].into_iter().flat_map(Operand::paths).collect(),
            Condition::Between(operand, low, high) => {
                [operand, low, high].into_iter().flat_map(Operand::paths).collect()
            }
            Condition::In(operand, list) => [operand].into_iter().chain(list).flat_map(Operand::paths).collect(),
            Condition::Function(_, operands) => operands.iter().flat_map(Operand::paths).collect(),
            Condition::And(left, right) | Condition::Or(left, right) => {
                [left, right].into_iter().flat_map(|one| one.paths()).collect()
            }
            Condition::Not(condition) => condition.paths(),
        }
    }
}

/// An update, by its clauses.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Update<'e> {
    pub(super) set: Vec<(Path<'e>, Operand<'e>)>,
    pub(super) remove: Vec<Path<'e>>,
    pub(super) add: Vec<(Path<'e>, Operand<'e>)>,
    pub(super) delete: Vec<(Path<'e>, Operand<'e>)>,
}

impl<'e> Update<'e> {
    /// The paths that the update is about.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path<'e>> {
        let valued = [&self.set, &self.add, &self.delete].into_iter().flatten().map(|(path, _)| path);
        valued.chain(&self.remove)
    }
}

/// Reads a condition, or a filter.
pub(super) fn condition(text: &str) -> Option<Condition<'_>> {
    let mut reader = ExpressionReader::of(text)?;
    let condition = reader.any(0)?;
    reader.is_at_end().then_some(condition)
}

/// Whether this is one operand.
pub(super) fn is_operand(text: &str) -> bool {
    ExpressionReader::of(text).is_some_and(|mut reader| reader.operand(0).is_some() && reader.is_at_end())
}

/// Reads a projection.
pub(super) fn projection(text: &str) -> Option<Vec<Path<'_>>> {
    let mut reader = ExpressionReader::of(text)?;
    let paths = reader.list(ExpressionReader::path)?;
    reader.is_at_end().then_some(paths)
}

/// The service's words on a projection that cannot be read: the first token that is wrong, and what is around it. Nothing where it can
/// be read.
pub(super) fn error_in_projection(text: &str) -> Option<String> {
    let mut reader = ExpressionReader::of(text)?;
    let is_read = reader.list(ExpressionReader::path).is_some() && reader.is_at_end();
    if is_read || reader.tokens.is_empty() {
        return None;
    }
    let Some(token) = reader.peek() else {
        let last = reader.tokens.last().copied().unwrap_or_default();
        return Some(format!("Syntax error; token: \"<EOF>\", near: \"{last}\""));
    };
    // From the token before it to the one behind it, with what is between them.
    let place = |token: &str| token.as_ptr().addr() - text.as_ptr().addr();
    let first = reader.tokens[reader.at.saturating_sub(1)];
    let last = reader.tokens.get(reader.at + 1).copied().unwrap_or(token);
    let near = &text[place(first)..place(last) + last.len()];
    Some(format!("Syntax error; token: \"{token}\", near: \"{near}\""))
}

/// Reads an update.
pub(super) fn update(text: &str) -> Option<Update<'_>> {
    let mut reader = ExpressionReader::of(text)?;
    let mut update = Update::default();
    while let Some(clause) = reader.next() {
        match clause.to_ascii_uppercase().as_str() {
            "SET" => update.set.extend(reader.list(|reader| {
                let path = reader.path()?;
                reader.expect("=")?;
                Some((path, reader.sum(0)?))
            })?),
            "REMOVE" => update.remove.extend(reader.list(ExpressionReader::path)?),
            "ADD" => update.add.extend(reader.list(ExpressionReader::path_and_value)?),
            "DELETE" => update.delete.extend(reader.list(ExpressionReader::path_and_value)?),
            _ => return None,
        }
    }
    Some(update)
}

/// Whether this is a character of a name, a placeholder or a number.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | ':')
}

/// The tokens of an expression: names, placeholders, numbers, and signs.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            first if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            '<' if rest[1..].starts_with(['>', '=']) => 2,
            '>' if rest[1..].starts_with('=') => 2,
            first => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// The place of the parenthesis that closes the first one.
pub(super) fn closing(tokens: &[&str]) -> Option<usize> {
    let mut open = 0_usize;
    tokens.iter().position(|token| {
        match *token {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
        open == 0
    })
}

/// The tokens of an expression, and which of them is read next. What cannot be read as asked gives `None`.
struct ExpressionReader<'e> {
    tokens: Vec<&'e str>,
    at: usize,
}

impl<'e> ExpressionReader<'e> {
    fn of(text: &'e str) -> Option<ExpressionReader<'e>> {
        (text.len() <= MOST_BYTES).then(|| ExpressionReader { tokens: tokens(text), at: 0 })
    }

    fn is_at_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    fn peek(&self) -> Option<&'e str> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'e str> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Reads `word` where it comes next; false where something else does.
    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.peek().is_some_and(|token| token.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        self.takes(word).then_some(())
    }

    /// One or more, with commas between them.
    fn list<T>(&mut self, one: impl Fn(&mut ExpressionReader<'e>) -> Option<T>) -> Option<Vec<T>> {
        let mut list = vec![one(self)?];
        while self.takes(",") {
            list.push(one(self)?);
        }
        Some(list)
    }

    fn name(&mut self) -> Option<&'e str> {
        self.next_if(|token| token.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '#')))
    }

    /// Reads the next token if `is_one` says so; otherwise leaves it to be read.
    fn next_if(&mut self, is_one: impl FnOnce(&str) -> bool) -> Option<&'e str> {
        let token = self.peek().filter(|token| is_one(token))?;
        self.at += 1;
        Some(token)
    }

    fn path(&mut self) -> Option<Path<'e>> {
        let mut path = vec![Element::Name(self.name()?)];
        loop {
            if self.takes(".") {
                path.push(Element::Name(self.name()?));
            } else if self.takes("[") {
                let index = self.next_if(|token| token.bytes().all(|byte| byte.is_ascii_digit()))?;
                path.push(Element::Index(index));
                self.expect("]")?;
            } else {
                return Some(path);
            }
        }
    }

    fn path_and_value(&mut self) -> Option<(Path<'e>, Operand<'e>)> {
        let path = self.path()?;
        let value = self.next_if(|token| token.starts_with(':'))?;
        Some((path, Operand::Value(value)))
    }

    /// An operand, which may stand in parentheses.
    fn operand(&mut self, depth: usize) -> Option<Operand<'e>> {
        if depth > DEEPEST {
            return None;
        }
        if self.takes("(") {
            let inner = self.sum(depth + 1)?;
            self.expect(")")?;
            return Some(inner);
        }
        if self.peek()?.starts_with(':') {
            return Some(Operand::Value(self.next()?));
        }
        match self.tokens.get(self.at + 1) {
            Some(&"(") => {
                let (name, arguments) = self.function(depth)?;
                Some(Operand::Function(name, arguments))
            }
            _ => self.path().map(Operand::Path),
        }
    }

    fn function(&mut self, depth: usize) -> Option<(&'e str, Vec<Operand<'e>>)> {
        let name = self.name()?;
        self.expect("(")?;
        let arguments = self.list(|reader| reader.operand(depth + 1))?;
        self.expect(")")?;
        Some((name, arguments))
    }

    /// Operands with `+` and `-` between them, or one operand.
    fn sum(&mut self, depth: usize) -> Option<Operand<'e>> {
        let mut parts = vec![self.operand(depth)?];
        while self.takes("+") || self.takes("-") {
            parts.push(self.operand(depth)?);
        }
        if parts.len() > 1 { Some(Operand::Sum(parts)) } else { parts.pop() }
    }

    /// Conditions with OR between them, the loosest of the operators.
    fn any(&mut self, depth: usize) -> Option<Condition<'e>> {
        let mut left = self.all(depth)?;
        while self.takes("OR") {
            left = Condition::Or(Box::new(left), Box::new(self.all(depth)?));
        }
        Some(left)
    }

    /// Conditions with AND between them.
    fn all(&mut self, depth: usize) -> Option<Condition<'e>> {
        let mut left = self.one(depth)?;
        while self.takes("AND") {
            left = Condition::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Some(left)
    }

    /// A condition without AND and OR, other than in parentheses.
    fn one(&mut self, depth: usize) -> Option<Condition<'e>> {
        if depth > DEEPEST {
            return None;
        }
        if self.takes("NOT") {
            return Some(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.peek()? == "(" && !self.is_operator(self.at + closing(&self.tokens[self.at..])? + 1) {
            self.at += 1;
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Some(inner);
        }
        let left = self.operand(depth)?;
        if !self.is_operator(self.at) {
            let Operand::Function(name, arguments) = left else { return None };
            return Some(Condition::Function(name, arguments));
        }
        let operator = self.next()?;
        match operator.to_ascii_uppercase().as_str() {
            "BETWEEN" => {
                let low = self.operand(depth)?;
                self.expect("AND")?;
                Some(Condition::Between(left, low, self.operand(depth)?))
            }
            "IN" => {
                self.expect("(")?;
                let list = self.list(|reader| reader.operand(depth))?;
                self.expect(")")?;
                Some(Condition::In(left, list))
            }
            _ => Some(Condition::Compare(left, operator, self.operand(depth)?)),
        }
    }

    fn is_operator(&self, at: usize) -> bool {
        let operators = ["=", "<>", "<", "<=", ">", ">=", "BETWEEN", "IN"];
        self.tokens.get(at).is_some_and(|token| operators.iter().any(|operator| token.eq_ignore_ascii_case(operator)))
    }
}

/// A path as it is written.
pub(super) fn text_of(path: &Path<'_>) -> String {
    let mut text = String::new();
    for (number, element) in path.iter().enumerate() {
        match element {
            Element::Name(name) if number == 0 => text.push_str(name),
            Element::Name(name) => text.extend([".", name]),
            Element::Index(index) => text.extend(["[", index, "]"]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> Operand<'_> {
        Operand::Path(vec![Element::Name(name)])
    }

    fn equal<'e>(name: &'e str, value: &'e str) -> Condition<'e> {
        Condition::Compare(path(name), "=", Operand::Value(value))
    }

    #[test]
    fn a_condition_is_read_as_it_is_meant() {
        let boxed = |condition| Box::new(condition);
        let size = Operand::Function("size", vec![Operand::Path(vec![Element::Name("a"), Element::Index("1")])]);
        let (a, b, c) = (boxed(equal("a", ":x")), boxed(equal("b", ":y")), boxed(equal("c", ":z")));
        for (text, meant) in [
            ("a=:x", equal("a", ":x")),
            ("a = :x or b = :y AND c = :z", { Condition::Or(a.clone(), boxed(Condition::And(b.clone(), c.clone()))) }),
            ("(a = :x or b = :y) AND not c = :z", {
                Condition::And(boxed(Condition::Or(a, b)), boxed(Condition::Not(c)))
            }),
            ("((size(a[1])) = :n)", Condition::Compare(size, "=", Operand::Value(":n"))),
            ("a between :x and :y and attribute_exists(#b)", {
                let between = Condition::Between(path("a"), Operand::Value(":x"), Operand::Value(":y"));
                let exists = Condition::Function("attribute_exists", vec![path("#b")]);
                Condition::And(boxed(between), boxed(exists))
            }),
            ("a IN (:x,:y)", Condition::In(path("a"), vec![Operand::Value(":x"), Operand::Value(":y")])),
        ] {
            assert_eq!(condition(text), Some(meant), "{text}");
        }
    }

    #[test]
    fn an_update_has_its_clauses_in_any_order_and_case() {
        let read =
            update("remove a.b, c[2] SET d = if_not_exists(d, :z) + :one, e = (:f) ADD g :h DELETE i :j").unwrap();
        let paths: Vec<String> = read.paths().map(text_of).collect();
        assert_eq!(paths, ["d", "e", "g", "i", "a.b", "c[2]"]);
        let first = Operand::Function("if_not_exists", vec![path("d"), Operand::Value(":z")]);
        assert_eq!(read.set[0].1, Operand::Sum(vec![first, Operand::Value(":one")]));
    }

    #[test]
    fn what_cannot_be_read_is_left_to_the_engine() {
        let deep = format!("{}a = :v{}", "(".repeat(100), ")".repeat(100));
        for text in ["", "a", "a =", "a = :v)", "(a = :v", "a = :v b", "NOT", "f(a", "a IN ()", "a[x] = :v", &deep] {
            assert_eq!(condition(text), None, "{text}");
        }
        for text in ["SET", "SET a", "SET a = ", "REMOVE a[", "PUT a = :v", "ADD a b"] {
            assert_eq!(update(text), None, "{text}");
        }
        assert_eq!(projection("a,"), None);
    }

    #[test]
    fn a_projection_that_cannot_be_read_is_refused_at_its_first_wrong_token() {
        for (text, token, near) in [
            ("a,", "<EOF>", ","),
            ("a.", "<EOF>", "."),
            ("a[", "<EOF>", "["),
            ("a[0", "<EOF>", "0"),
            ("a.b  c.d", "c", "b  c."),
            ("first-name, b", "-", "first-name"),
            (" ,a", ",", ",a"),
            ("a..b", ".", "..b"),
            ("(a)", "(", "(a"),
            (":v", ":v", ":v"),
        ] {
            let expected = format!("Syntax error; token: \"{token}\", near: \"{near}\"");
            assert_eq!(error_in_projection(text), Some(expected), "{text}");
        }
        for text in ["a", "a.b[1], #c", " "] {
            assert_eq!(error_in_projection(text), None, "{text}");
        }
    }
}
