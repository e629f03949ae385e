//! `AWS::CloudFront::ResponseHeadersPolicy`: the headers that the edge puts on every answer.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>

use super::Resolved;
use super::fields::Fields;
use super::finding::Findings;

type Headers = Vec<(String, String)>;

/// AWS's managed policy SecurityHeadersPolicy.
const SECURITY_HEADERS_POLICY: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";

const REFERRER_POLICIES: &[&str] = &[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// The headers of the managed policy with this id.
pub(super) fn managed(id: &str) -> Option<Headers> {
    let headers = [
        ("X-XSS-Protection", "1; mode=block"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("Strict-Transport-Security", "max-age=31536000"),
    ];
    let owned = || headers.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect();
    (id == SECURITY_HEADERS_POLICY).then(owned)
}

/// The headers of the template's own policy.
pub(super) fn read(resource: &Resolved<'_>, findings: &Findings) -> Headers {
    let mut headers = Headers::new();
    let Some(mut fields) = resource.fields("AWS::CloudFront::ResponseHeadersPolicy", findings) else { return headers };
    fields.required(&["ResponseHeadersPolicyConfig"]);
    let of = "AWS::CloudFront::ResponseHeadersPolicy.ResponseHeadersPolicyConfig";
    if let Some(mut config) = fields.fields("ResponseHeadersPolicyConfig", of) {
        config.required(&["Name"]);
        let of = "AWS::CloudFront::ResponseHeadersPolicy.SecurityHeadersConfig";
        if let Some(security) = config.fields("SecurityHeadersConfig", of) {
            headers.extend(security_headers(security));
        }
        let of = "AWS::CloudFront::ResponseHeadersPolicy.CustomHeadersConfig";
        if let Some(mut custom) = config.fields("CustomHeadersConfig", of) {
            custom.required(&["Items"]);
            for mut item in custom.list_of_fields("Items", "AWS::CloudFront::ResponseHeadersPolicy.CustomHeader") {
                item.required(&["Header", "Override", "Value"]);
                item.boolean("Override");
                if let (Some(name), Some(value)) = (item.text("Header"), item.text("Value")) {
                    headers.push((name, value));
                }
                item.done();
            }
            custom.done();
        }
        config.done();
    }
    fields.done();
    headers
}

/// `Override` decides against a header of the origin's; a bucket sends none of these, so it is only checked.
fn security_headers(mut security: Fields<'_>) -> Headers {
    let mut headers = Headers::new();
    let mut add = |name: &str, value: Option<String>| headers.extend(value.map(|value| (name.to_string(), value)));
    if let Some(mut part) = part(&mut security, "ContentSecurityPolicy") {
        part.required(&["ContentSecurityPolicy"]);
        add("Content-Security-Policy", part.text("ContentSecurityPolicy"));
        part.done();
    }
    if let Some(part) = part(&mut security, "ContentTypeOptions") {
        add("X-Content-Type-Options", Some("nosniff".to_string()));
        part.done();
    }
    if let Some(mut part) = part(&mut security, "FrameOptions") {
        part.required(&["FrameOption"]);
        add("X-Frame-Options", part.one_of("FrameOption", &["DENY", "SAMEORIGIN"]));
        part.done();
    }
    if let Some(mut part) = part(&mut security, "ReferrerPolicy") {
        part.required(&["ReferrerPolicy"]);
        add("Referrer-Policy", part.one_of("ReferrerPolicy", REFERRER_POLICIES));
        part.done();
    }
    if let Some(mut part) = part(&mut security, "StrictTransportSecurity") {
        part.required(&["AccessControlMaxAgeSec"]);
        let seconds = part.number("AccessControlMaxAgeSec", 0..=u32::MAX).unwrap_or(0);
        let mut value = format!("max-age={seconds}");
        for (name, text) in [("IncludeSubdomains", "; includeSubDomains"), ("Preload", "; preload")] {
            if part.boolean(name) == Some(true) {
                value.push_str(text);
            }
        }
        add("Strict-Transport-Security", Some(value));
        part.done();
    }
    if let Some(mut part) = part(&mut security, "XSSProtection") {
        part.required(&["Protection"]);
        let protects = part.boolean("Protection") == Some(true);
        let mode = if part.boolean("ModeBlock") == Some(true) { "; mode=block" } else { "" };
        add("X-XSS-Protection", Some(if protects { format!("1{mode}") } else { "0".to_string() }));
        part.done();
    }
    security.done();
    headers
}

fn part<'n>(security: &mut Fields<'n>, name: &'static str) -> Option<Fields<'n>> {
    let mut part = security.fields(name, "AWS::CloudFront::ResponseHeadersPolicy.SecurityHeader")?;
    part.required(&["Override"]);
    part.boolean("Override");
    Some(part)
}
