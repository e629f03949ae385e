//! Templates and the texts that they render to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::*;

fn scope() -> TemplateScope {
    let body = r#"{"name": "Ada", "tags": ["a", "b"], "deep": {"n": 3, "s": "x\"y"}, "no": null}"#;
    let map = |value: Value| -> Map<String, Value> { value.as_object().unwrap().clone() };
    TemplateScope {
        body: body.to_string(),
        json: serde_json::from_str(body).unwrap(),
        parameters: Parameters {
            path: map(json!({ "id": "7", "same": "of the path" })),
            querystring: map(json!({ "limit": "20", "same": "of the query" })),
            header: map(json!({ "X-One": "1" })),
        },
        context: json!({ "requestId": "r-1", "identity": { "sourceIp": "127.0.0.1", "user": null } }),
        stage_variables: BTreeMap::from([("tier".to_string(), "blue".to_string())]),
    }
}

fn render(template: &str, scope: &TemplateScope) -> Result<Rendered, MappingError> {
    Template::read(template).render(scope)
}

#[test]
fn renders() {
    let cases = [
        ("plain # text $ and $5 and #hash", "plain # text $ and $5 and #hash"),
        ("$input.body", &scope().body),
        ("{\"n\": $input.json('$.deep.n'), \"s\": $input.json('$.deep.s')}", r#"{"n": 3, "s": "x\"y"}"#),
        ("$input.json('$.tags[*]') $input.json(\"$['deep']['n']\") [$input.json('$.none')]", r#"["a","b"] 3 []"#),
        ("$input.path('$.name') $input.path('$.tags') $input.path('$.deep')", "Ada [a, b] {n=3, s=x\"y}"),
        ("$input.params('id') $input.params('limit') $input.params('x-one') <$input.params('none')>", "7 20 1 <>"),
        ("$input.params('same') $input.params().querystring.get('same')", "of the path of the query"),
        ("$context.requestId $context.identity.sourceIp <$context.identity.user>", "r-1 127.0.0.1 <>"),
        ("${stageVariables.tier}s $stageVariables.none!", "blues !"),
        ("$nobody $!nobody ${nobody.at.all}.", "$nobody  ${nobody.at.all}."),
        ("#set($a = 1 + 2 * 3)$a #set($b = \"<$a>\")$b #set($c = '$a')$c", "7 <7> $a"),
        ("#if($input.path('$.name') == 'Ada')yes#{else}no#end", "yes"),
        ("#if($x)1#elseif(3 > 2 && !false)2#else 3#end", "2"),
        ("#foreach($t in $input.path('$.tags'))$foreach.index$t#if($foreach.hasNext),#end#end", "0a,1b"),
        ("#set($l = [])#set($ok = $l.add('x'))$l.size() #set($m = {'a': 1})$!m.put('b', 2)$m.keySet()", "1 [a, b]"),
        ("#set($m = {})#set($m.a = 1)#set($m['b'] = [1, 2])$m.b[1] $m.get('a')", "2 1"),
        ("$util.escapeJavaScript(\"it's\") $util.urlEncode('a b&c') $util.base64Encode('hi')", "it\\'s a+b%26c aGk="),
        ("$util.parseJson('[1, 2]').size() $util.base64Decode('aGk=') $util.urlDecode('a+b%26')", "2 hi a b&"),
        (
            "#set($s = 'a-b-c')$s.replaceAll('-', '.') $s.split('-').size() $s.substring(2, 3) $s.toUpperCase()",
            "a.b.c 3 b A-B-C",
        ),
        ("a## comment\n#* more *#b#stop never", "ab"),
        ("#set($x = 1)\nline\n#if(true)\n  in\n#end\nout", "line\n  in\nout"),
    ];
    for (template, text) in cases {
        assert_eq!(render(template, &scope()).map(|rendered| rendered.text).as_deref(), Ok(text), "{template}");
    }
}

#[test]
fn overrides_the_answer() {
    let template = "#set($context.responseOverride.status = 444)#set($context.responseOverride.header.x-a = 'b')text";
    let rendered = render(template, &scope()).unwrap();
    assert_eq!(rendered.text, "text");
    assert_eq!(rendered.overrides, Overrides { status: Some(444), headers: vec![("x-a".into(), "b".into())] });
}

#[test]
fn says_what_is_wrong() {
    let cases = [
        ("a\nb #if(true) c", "line 2", "#if without #end"),
        ("#end", "line 1", "#end without its beginning"),
        ("#set($a = )", "line 1", "an expression is missing"),
        ("#set($a = 'b)", "line 1", "a quote without its end"),
        ("#macro(x)#end", "line 1", "#macro is not supported"),
        ("$input.jsn('$')", "", "$input.jsn() is not known"),
        ("$util.none()", "", "$util.none() is not known"),
        ("$input.body.none()", "", ".none() is not known on a text"),
        ("#set($context.responseOverride.status = 'x')", "", "is not a status: x"),
    ];
    for (template, line, what) in cases {
        let error = render(template, &scope()).unwrap_err().to_string();
        assert!(error.contains(line) && error.contains(what), "{template}: {error}");
    }
    let deep = "#if(true)".repeat(1_000) + &"(".repeat(1_000);
    assert!(render(&deep, &scope()).unwrap_err().to_string().contains("nested too deep"));
    assert!(render(&format!("#set($a = {}1)", "(".repeat(1_000)), &scope()).is_err());
}

/// A body of 100,000 levels is not JSON to a template, as to everything here: the library stops at 128.
#[test]
fn a_template_that_never_ends_or_grows_without_end_is_refused() {
    let scope = scope();
    let list = "#set($l = [])#foreach($i in $input.body.split(''))#set($ok = $l.add($i))#end";
    let loops = "#foreach($a in $l)".repeat(8) + "x" + &"#end".repeat(8);
    let repeated = |piece: &str, count: usize| format!("#set($a = 'ab'){}$a", piece.repeat(count));
    let cases = [
        format!("{list}{loops}"),
        repeated("#set($a = $a + $a)", 60),
        repeated("#set($a = \"$a$a\")", 60),
        repeated("#set($a = [$a, $a])", 60),
        repeated("#set($a = {'k': $a})", 400),
        repeated("#set($a = $a.replace('', $a))", 30),
        repeated("#set($a = $a.replaceAll('(.*)', '$1$1$1$1'))", 30),
        repeated("$a$a$a$a#set($a = $a + $a)", 30),
        format!("#set($a = []){}", "#set($ok = $a.add(1))#set($ok = $a.addAll($a))".repeat(60)),
        format!("{list}#set($d = []){}#set($d = [$d])#end#end", "#foreach($a in $l)".repeat(2)),
        format!("#set($a{} = 1)", ".b".repeat(100_000)),
        format!("{list}#set($a = 1)#foreach($i in $l)#set($a{} = $a)#end", ".b".repeat(60)),
    ];
    for template in cases {
        let shown: String = template.chars().take(100).collect();
        let error = render(&template, &scope).map(|rendered| rendered.text.len()).expect_err(&shown).to_string();
        assert!(error.contains("the template does too much"), "{shown}: {error}");
    }
    // Long is not deep.
    let sum = format!("#set($a = {}1)$a", "1 + ".repeat(70_000));
    assert_eq!(render(&sum, &scope).unwrap().text, "70001");
    let path = format!("<$input.path('$.{}')>", "deep.".repeat(50_000) + "n");
    assert_eq!(render(&path, &scope).unwrap().text, "<>");
}

#[test]
fn what_is_nested_64_deep_is_read_and_rendered() {
    let blocks = "#if(true)".repeat(60) + "x" + &"#end".repeat(60);
    assert_eq!(render(&blocks, &scope()).unwrap().text, "x");
    for (open, close) in [("(", ")"), ("[", "]"), ("!", ""), ("{'a':", "}"), ("$input.path(", ")")] {
        let value = format!("#set($a = {}1{})x", open.repeat(60), close.repeat(60));
        assert!(render(&value, &scope()).is_ok(), "{value}");
        let deeper = format!("#set($a = {}1{})x", open.repeat(100_000), close.repeat(100_000));
        assert!(render(&deeper, &scope()).unwrap_err().to_string().contains("nested too deep"), "{open}");
    }
}

#[test]
fn a_mock_says_its_status() {
    let cases = [
        ("{\"statusCode\": 200}", Some(200)),
        ("{statusCode: 201}", Some(201)),
        ("{'statusCode': '202'}", Some(202)),
        ("{\"statusCode\": \"203\", \"x\": 1}", Some(203)),
        ("{}", None),
        ("", None),
        ("{\"statusCode\": 99}", None),
        ("{\"statusCode\": \"many\"}", None),
    ];
    for (text, status) in cases {
        assert_eq!(mock_status(text), status, "{text}");
    }
}
