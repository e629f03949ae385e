//! The list of resources that CloudFormation gets: what SAM's transform makes of the template, in the order of deployment.
//!
//! A function becomes a function and perhaps a role; its events become permissions and mappings; an API becomes an API, a
//! deployment and a stage. They get SAM's logical ids, because CloudFormation's events show them.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::references::IMPLICIT_API;
use super::scope::Scope;
use super::tree::Node;
use super::{Resolved, kinds};
use stack::{Function, Resource, RestApi, Retention, Stack};

/// The list, in the order `order` of the template's logical ids.
pub(super) fn read(resources: &[Resolved<'_>], order: &[String], stack: &Stack, scope: &Scope<'_>) -> Vec<Resource> {
    let inventory = Inventory { resources, stack, scope };
    let mut list = Vec::new();
    for id in order {
        match resources.iter().find(|resource| resource.resource.id == *id) {
            Some(resource) => inventory.add(resource, &mut list),
            None if id == IMPLICIT_API => inventory.add_api(IMPLICIT_API, "Prod", Retention::default(), &mut list),
            None => {}
        }
    }
    // Permissions and mappings name the function on one side and the API or the table on the other.
    for resource in resources.iter().filter(|resource| resource.kind() == "AWS::Serverless::Function") {
        inventory.add_events(resource, &mut list);
    }
    list
}

struct Inventory<'t> {
    resources: &'t [Resolved<'t>],
    stack: &'t Stack,
    scope: &'t Scope<'t>,
}

impl Inventory<'_> {
    fn add(&self, resource: &Resolved<'_>, list: &mut Vec<Resource>) {
        let retained = resource.resource.retained;
        match resource.kind() {
            "AWS::Serverless::Function" => {
                let function = self.stack.functions.iter().find(|f| f.logical_id == resource.resource.id);
                list.extend(function.map(|function| self.function(function, resource)).into_iter().flatten());
            }
            "AWS::Serverless::Api" => {
                let stage = resource.resource.properties.get("StageName").and_then(Node::text).unwrap_or_default();
                self.add_api(&resource.resource.id, stage, retained, list);
            }
            "AWS::Lambda::EventSourceMapping" => self.add_mapping(&resource.resource.id, retained, list),
            kind => list.push(Resource {
                logical_id: resource.resource.id.clone(),
                resource_type: kind.to_string(),
                physical_id: physical_id(resource),
                custom_named: is_custom_named(resource),
                properties: resource.properties.to_json(),
                metadata: self.metadata(&resource.resource.id),
                retained,
            }),
        }
    }

    /// The `Metadata` of the template's resource `id`.
    fn metadata(&self, id: &str) -> Option<Json> {
        let resource = self.resources.iter().find(|resource| resource.resource.id == id)?;
        resource.metadata.as_ref().map(Node::to_json)
    }

    /// The function, after the role that SAM makes for it where the template gives none.
    fn function(&self, function: &Function, resource: &Resolved<'_>) -> Vec<Resource> {
        let generated = |logical_id: String, kind: &str, physical_id: String, properties: Json| Resource {
            logical_id,
            resource_type: kind.to_string(),
            physical_id,
            custom_named: false,
            properties,
            metadata: None,
            retained: resource.resource.retained,
        };
        let id = &function.logical_id;
        let mut list = Vec::new();
        if resource.properties.get("Role").is_none() {
            let role = &function.role;
            list.push(generated(format!("{id}Role"), "AWS::IAM::Role", role.name.clone(), as_json(role)));
        }
        // What the role may do is the role's, and who invokes it is the events'.
        let mut properties = as_json(function);
        properties["role"] = json!(function.role.arn());
        let mut itself = generated(id.clone(), "AWS::Lambda::Function", function.name.clone(), properties);
        itself.custom_named = is_custom_named(resource);
        itself.metadata = self.metadata(id);
        list.push(itself);
        if let Some(config) = self.stack.event_invoke_configs.get(&function.name) {
            let logical_id = format!("{id}EventInvokeConfig");
            let kind = "AWS::Lambda::EventInvokeConfig";
            list.push(generated(logical_id, kind, format!("{}|$LATEST", function.name), as_json(config)));
        }
        list
    }

    fn add_events(&self, resource: &Resolved<'_>, list: &mut Vec<Resource>) {
        let id = &resource.resource.id;
        for (key, event) in resource.resource.events() {
            let logical_id = format!("{id}{}", key.name);
            match event.get("Type").and_then(Node::text) {
                Some("DynamoDB") => self.add_mapping(&logical_id, Retention::default(), list),
                Some("Api") => {
                    let properties = event.get("Properties").map(|node| self.scope.resolve(node, &logical_id));
                    let properties = properties.flatten().map(|node| node.to_json()).unwrap_or_default();
                    let suffix = self.stage_suffix(event);
                    let logical_id = format!("{logical_id}Permission{suffix}");
                    list.push(Resource {
                        physical_id: format!("{}-{logical_id}", self.stack.name),
                        resource_type: "AWS::Lambda::Permission".to_string(),
                        properties: json!({ "function": resource.name, "event": properties }),
                        logical_id,
                        custom_named: false,
                        metadata: None,
                        retained: Retention::default(),
                    });
                }
                _ => {}
            }
        }
    }

    /// SAM ends a permission's id with the stage's name, and with `Stage` where the template works that out.
    fn stage_suffix(&self, event: &Node) -> String {
        let named = event.get("Properties").and_then(|properties| properties.get("RestApiId"));
        let Some(named) = named else { return "Prod".to_string() };
        let id = super::scope::call(named).map_or(named.text(), |(_, id)| id.text()).unwrap_or_default();
        let api = self.scope.resources.get(id);
        let stage = api.and_then(|api| api.properties.get("StageName")).and_then(Node::text);
        stage.unwrap_or("Stage").to_string()
    }

    fn add_mapping(&self, logical_id: &str, retained: Retention, list: &mut Vec<Resource>) {
        let mapping = self.stack.event_source_mappings.iter().find(|mapping| mapping.logical_id == logical_id);
        list.extend(mapping.map(|mapping| Resource {
            logical_id: logical_id.to_string(),
            resource_type: "AWS::Lambda::EventSourceMapping".to_string(),
            physical_id: mapping.uuid.clone(),
            custom_named: false,
            properties: as_json(mapping),
            metadata: self.metadata(logical_id),
            retained,
        }));
    }

    /// The API with a deployment, whose id changes with what is deployed, and a stage. `stage` is empty where the template works
    /// the stage's name out.
    fn add_api(&self, id: &str, stage: &str, retained: Retention, list: &mut Vec<Resource>) {
        let Some(api) = self.stack.apis.iter().find(|api| api.logical_id == id) else { return };
        let RestApi { id: api_id, stage: stage_name, throttle, execution_logging, access_log, stage_variables, .. } =
            api;
        let of_stage = json!({
            "stage": stage_name,
            "throttle": as_json(throttle),
            "logging": as_json(execution_logging),
            "accessLog": as_json(access_log),
            "variables": stage_variables,
        });
        let definition = as_json(api);
        let made = |kind: &str| self.scope.expanded.made_of(id, kind).map(str::to_string);
        let deployment = made("AWS::ApiGateway::Deployment").unwrap_or_else(|| format!("{id}Deployment"));
        let stage_id = made("AWS::ApiGateway::Stage").unwrap_or_else(|| format!("{id}{stage}Stage"));
        let deployment_id = kinds::deployment_id(&deployment);
        // The definition that SAM writes does not have everything that the local cloud serves from, such as a function's name.
        let digest = json!(kinds::uuid(&definition.to_string()));
        let parts = [
            (id.to_string(), "RestApi", api_id.clone(), definition),
            (deployment, "Deployment", deployment_id, digest),
            (stage_id, "Stage", stage_name.clone(), of_stage),
        ];
        list.extend(parts.into_iter().map(|(logical_id, kind, physical_id, properties)| Resource {
            metadata: self.metadata(&logical_id),
            logical_id,
            resource_type: format!("AWS::ApiGateway::{kind}"),
            physical_id,
            custom_named: false,
            properties,
            retained,
        }));
    }
}

/// What the resource is known by. A bucket has one policy, which is known by the bucket.
fn physical_id(resource: &Resolved<'_>) -> String {
    let bucket = || resource.properties.get("Bucket").and_then(Node::text);
    let known_by = if resource.kind() == "AWS::S3::BucketPolicy" { bucket() } else { None };
    known_by.unwrap_or(&resource.name).to_string()
}

fn is_custom_named(resource: &Resolved<'_>) -> bool {
    let property = kinds::kind(resource.kind()).and_then(|kind| kind.name_property);
    property.is_some_and(|name| resource.properties.get(name).is_some())
}

fn as_json(value: &impl Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::super::{StackOptions, parse};
    use stack::Resource;

    fn board() -> Vec<Resource> {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
        parse(&std::fs::read_to_string(&template).unwrap(), &template, &StackOptions::default()).unwrap().resources
    }

    #[test]
    fn the_board_is_listed_as_the_sam_translator_expands_it() {
        // What `.ci/expand.py infra/template.yaml` makes, apart from the digest of the deployment.
        let expected = "Account ApiLogAccount, Alarm BoardApiErrors, Alarm BoardApiFailures, Alarm BoardApiThrottles, Alarm BoardAttachmentsErrors, \
            Alarm BoardFeedDropsRecords, Alarm BoardFeedErrors, Alarm BoardFeedIsLate, Alarm FeedFailuresNotEmpty, Bucket SiteBucket, Bucket UploadsBucket, BucketPolicy SiteBucketPolicy, \
            Deployment BoardApiDeployment, Distribution SiteDistribution, EventSourceMapping BoardFeedFunctionPosts, \
            Function BoardApiFunction, Function BoardAttachmentsFunction, Function BoardFeedFunction, LogGroup BoardApiAccessLogs, LogGroup BoardApiLogs, \
            LogGroup BoardAttachmentsLogs, LogGroup BoardFeedLogs, OriginAccessControl SiteAccess, Permission BoardApiFunctionActivityPermissionStage, \
            Permission BoardApiFunctionBoardPermissionStage, Permission BoardApiFunctionPostPermissionStage, \
            Permission BoardAttachmentsFunctionFindPermissionStage, Permission BoardAttachmentsFunctionInvitePermissionStage, \
            Permission BoardAttachmentsFunctionPreflightPermissionStage, \
            Queue FeedFailures, ResponseHeadersPolicy SiteHeaders, RestApi BoardApi, Role ApiLogRole, Role BoardApiRole, \
            Role BoardAttachmentsRole, Role BoardFeedRole, \
            Stage BoardApiStage, Table BoardTable";
        let name = |resource: &Resource| {
            let kind = resource.resource_type.rsplit(':').next().unwrap_or_default().to_string();
            let id = &resource.logical_id;
            let id = if kind == "Deployment" { &id[..id.len() - 10] } else { id };
            format!("{kind} {id}")
        };
        let found: BTreeSet<String> = board().iter().map(name).collect();
        assert_eq!(found.into_iter().collect::<Vec<_>>().join(", "), expected);
    }

    #[test]
    fn each_stands_after_what_it_needs() {
        let board = board();
        let place = |id: &str| board.iter().position(|resource| resource.logical_id.starts_with(id)).unwrap();
        for [first, then] in [
            ["BoardTable", "BoardApiRole"],
            ["BoardApiRole", "BoardApiFunction"],
            ["SiteBucket", "SiteDistribution"],
            ["ApiLogAccount", "BoardApiStage"],
            ["BoardApiAccessLogs", "BoardApiStage"],
            ["BoardApiFunction", "BoardApiDeployment"],
            ["BoardFeedFunction", "BoardFeedFunctionPosts"],
        ] {
            assert!(place(first) < place(then), "{then} before {first}");
        }
    }

    #[test]
    fn what_sam_makes_by_itself_is_listed_too() {
        let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Hello:\n    Type: AWS::Serverless::Function\n    \
            DeletionPolicy: Retain\n    Properties:\n      CodeUri: .\n      Handler: bootstrap\n      Runtime: provided.al2023\n      \
            EventInvokeConfig: {MaximumRetryAttempts: 0}\n      Events:\n        Get: {Type: Api, Properties: {Path: /, Method: GET}}\n";
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("template.yaml");
        let listed = parse(text, &template, &StackOptions::default()).unwrap().resources;
        let ids: Vec<&str> = listed.iter().map(|resource| resource.logical_id.as_str()).collect();
        let [role, function, config, api, deployment, stage, permission] = ids[..] else { panic!("{ids:?}") };
        assert_eq!(
            [role, function, config, api],
            ["HelloRole", "Hello", "HelloEventInvokeConfig", "ServerlessRestApi"]
        );
        assert!(deployment.starts_with("ServerlessRestApiDeployment"), "{deployment}");
        assert_eq!([stage, permission], ["ServerlessRestApiProdStage", "HelloGetPermissionProd"]);
        assert!(listed[1].retained.left_out && !listed[3].retained.left_out);
    }

    #[test]
    fn policies_say_what_is_retained_and_when() {
        let retained = |policies: &str| {
            let text = format!("Resources:\n  Queue: {{Type: AWS::SQS::Queue{policies}}}\n");
            let listed = parse(&text, Path::new("template.yaml"), &StackOptions::default()).unwrap().resources;
            let stack::Retention { left_out, replaced, rolled_back } = listed[0].retained;
            [left_out, replaced, rolled_back]
        };
        assert_eq!(retained(""), [false, false, false]);
        assert_eq!(retained(", DeletionPolicy: Delete, UpdateReplacePolicy: Delete"), [false, false, false]);
        assert_eq!(retained(", DeletionPolicy: Retain"), [true, false, true]);
        assert_eq!(retained(", DeletionPolicy: RetainExceptOnCreate"), [true, false, false]);
        assert_eq!(retained(", UpdateReplacePolicy: Retain"), [false, true, false]);
    }
}
