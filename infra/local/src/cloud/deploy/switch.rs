//! The part of an update that cannot be refused any more: one stack's parts in the place of the other's.

use crate::cloud::listeners::VpcListeners;
use crate::cloud::{BootError, Cloud, gateway_of};
use crate::endpoint::Endpoint;
use crate::programs::{self, Codes};
use crate::vpc::Reach;
use stack::Stack;

use super::Prepared;

impl Cloud {
    /// Binds what the next stack listens on and this one does not.
    pub(super) async fn prepare(&self, stack: Stack, codes: Codes) -> Result<Prepared, BootError> {
        let vpc_listeners = VpcListeners::of(&stack, &self.function_endpoints).await?;
        let mut switches = Vec::new();
        for service in self.services.iter() {
            switches.push(service.prepare(&stack).await?);
        }
        Ok(Prepared { stack, codes, vpc_listeners, switches })
    }

    /// Puts the next stack in the place of this one. A request on its way is answered by the parts that began it.
    pub(super) fn switch(&mut self, prepared: Prepared) {
        let Prepared { stack, codes, vpc_listeners, switches } = prepared;
        for group in &stack.log_groups {
            self.logs.create_group(group);
        }
        // Roles first: a function that starts now must be able to do what its new code does.
        self.identities.deploy(&stack.functions);
        self.queues.declare(&stack.queues);
        vpc_listeners.register(&self.function_endpoints);
        self.serve_vpc_listeners(vpc_listeners);
        for function in &stack.functions {
            self.function_endpoints.set_reach(&function.name, Reach::of(function, &stack.vpc_resources));
        }
        self.lambda.deploy(programs::with_code(&stack.functions, &codes));
        self.configure_events(&stack);
        for switch in switches {
            self.servers.extend(switch(&self.stack, &stack).into_iter().map(tokio::spawn));
        }
        if !same_api(&self.stack, &stack) {
            self.api_listener.route_to(gateway_of(
                &stack,
                &self.lambda,
                &self.logs,
                &self.activity,
                &self.clock,
                self.models,
            ));
        }
        self.guard.serve(stack.buckets_with_pages());
        self.codes = codes;
        self.stack = stack;
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
    fn configure_events(&self, next: &Stack) {
        let (old, new) = (&self.stack.event_invoke_configs, &next.event_invoke_configs);
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
    old.apis.first() == new.apis.first() && old.permissions == new.permissions
}
