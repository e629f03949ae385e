//! The part of an update that cannot be refused any more: one stack's parts in the place of the other's.

use crate::api_gateway::ApiListener;
use crate::cloud::listeners::VpcListeners;
use crate::cloud::{Cloud, CloudStack, stages_of};
use crate::endpoint::Endpoint;
use crate::programs::{self, Codes};
use crate::vpc::Reach;
use stack::Stack;

use super::Prepared;

impl Cloud {
    /// Puts the next stack in the place of this one. A request on its way is answered by the parts that began it.
    pub(super) fn switch(&mut self, prepared: Prepared) {
        let Prepared { stack, all, codes, addresses, api, vpc_listeners, switches } = prepared;
        let before = self.all();
        let listener = match self.running.iter().find(|running| running.stack.name == stack.name) {
            Some(running) => running.api_listener.clone(),
            None => ApiListener::new(self.guard.clone()),
        };
        if let Some(api) = api {
            self.servers.push(tokio::spawn(listener.clone().serve(api, self.stop.subscribe())));
        }
        for group in &stack.log_groups {
            self.logs.create_group(group);
        }
        self.log_role.deploy(&stack);
        // Roles first: a function that starts now must be able to do what its new code does.
        self.identities.deploy(&all.functions);
        self.queues.declare(&all.queues);
        self.cloudwatch.deploy(&before.alarms, &all.alarms);
        vpc_listeners.register(&self.function_endpoints);
        self.serve_vpc_listeners(vpc_listeners);
        for function in &stack.functions {
            self.function_endpoints.set_reach(&function.name, Reach::of(function, &stack.vpc_resources));
        }
        let others = self.running.iter().filter(|running| running.stack.name != stack.name);
        let mut all_codes: Codes = others.flat_map(|running| self.lambda.codes_of(&running.stack.functions)).collect();
        all_codes.extend(codes);
        self.lambda.deploy(programs::with_code(&all.functions, &all_codes));
        self.configure_events(&before, &all);
        for switch in switches {
            self.servers.extend(switch(&before, &all).into_iter().map(tokio::spawn));
        }
        let running = self.running.iter().position(|running| running.stack.name == stack.name);
        if running.is_none_or(|at| !same_api(&self.running[at].stack, &stack)) {
            listener.route_to(stages_of(&stack, &self.lambda, &self.log_role, self.models));
        }
        self.guard.serve(all.buckets_with_pages());
        let next = CloudStack { stack, api_listener: listener, addresses, unfinished: false, stable: None };
        match running {
            Some(at) => self.running[at] = next,
            None => self.running.push(next),
        }
    }

    /// Answers at the endpoints of functions that are in a VPC now.
    pub(in crate::cloud) fn serve_vpc_listeners(&mut self, vpc_listeners: VpcListeners) {
        for of_function in vpc_listeners.0 {
            let endpoint = Endpoint { vpc_function: Some(of_function.function), ..self.endpoint.clone() };
            self.servers.push(tokio::spawn(endpoint.serve(of_function.listener)));
        }
    }

    /// What happens to asynchronous invocations, where the template says something else than before. What was set by hand stays
    /// otherwise.
    fn configure_events(&self, before: &Stack, next: &Stack) {
        let (old, new) = (&before.event_invoke_configs, &next.event_invoke_configs);
        for function in old.keys().filter(|function| !new.contains_key(*function)) {
            self.lambda.set_event_invoke_config(function, None);
        }
        for (function, config) in new.iter().filter(|(function, config)| old.get(*function) != Some(config)) {
            self.lambda.set_event_invoke_config(function, Some(config.clone()));
        }
    }
}

/// Whether the API and those who let it in are the same: then its throttle and its quotas go on as they are.
fn same_api(old: &Stack, new: &Stack) -> bool {
    old.apis == new.apis && old.permissions == new.permissions
}
