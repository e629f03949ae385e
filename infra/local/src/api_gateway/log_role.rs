//! The account's setting: with which role API Gateway writes logs.
//!
//! `AWS::ApiGateway::Account` sets it. It is not reset when that resource or its stack is deleted: API Gateway goes on with the role,
//! as long as there is one of that name.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html>

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::data_folder::{read, replace};
use stack::Stack;

/// The role for logs. Cheap to clone; all clones are one setting.
#[derive(Debug, Clone, Default)]
pub struct LogRole(Arc<LogRoleState>);

#[derive(Debug, Default)]
struct LogRoleState {
    setting: Mutex<Option<AccountSetting>>,
    /// Where it is kept.
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AccountSetting {
    /// The role's name.
    role: String,
    /// Whether there is a role of that name: one that was deleted cannot be assumed.
    exists: bool,
}

impl LogRole {
    /// The setting that is kept in `folder`, or none yet.
    ///
    /// # Errors
    ///
    /// The name of a file that is damaged.
    pub fn open(folder: Option<&Path>) -> Result<LogRole, String> {
        let file = folder.map(|folder| folder.join("api-gateway.json"));
        let setting = read(file.as_deref())?;
        Ok(LogRole(Arc::new(LogRoleState { setting: Mutex::new(setting), file })))
    }

    /// Takes over what `stack` says of the account, and finds the role again that it brings back.
    pub fn deploy(&self, stack: &Stack) {
        let mut setting = self.setting();
        let before = setting.clone();
        if let Some(account) = &stack.api_gateway_account {
            *setting = account.role.as_ref().map(|role| AccountSetting { role: role.name.clone(), exists: true });
        }
        let is_role = |name: &str| {
            stack.resources.iter().any(|one| one.resource_type == "AWS::IAM::Role" && one.physical_id == name)
        };
        if let Some(setting) = setting.as_mut().filter(|setting| is_role(&setting.role)) {
            setting.exists = true;
        }
        self.keep(&before, &setting);
    }

    /// The role called `name` was deleted.
    pub fn delete_role(&self, name: &str) {
        let mut setting = self.setting();
        let before = setting.clone();
        if let Some(setting) = setting.as_mut().filter(|setting| setting.role == name) {
            setting.exists = false;
        }
        self.keep(&before, &setting);
    }

    /// Whether the account names a role.
    pub fn is_set(&self) -> bool {
        self.setting().is_some()
    }

    /// Whether API Gateway can assume the role and write.
    pub fn may_write(&self) -> bool {
        self.setting().as_ref().is_some_and(|setting| setting.exists)
    }

    fn setting(&self) -> MutexGuard<'_, Option<AccountSetting>> {
        self.0.setting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, before: &Option<AccountSetting>, setting: &Option<AccountSetting>) {
        let Some(file) = self.0.file.as_ref().filter(|_| before != setting) else { return };
        let kept = serde_json::to_string(setting).map_err(std::io::Error::from).and_then(|text| replace(file, &text));
        if let Err(error) = kept {
            tracing::warn!(%error, file = %file.display(), "the account's setting is not kept");
        }
    }
}
