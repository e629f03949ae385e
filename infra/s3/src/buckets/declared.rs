//! The buckets as they are declared at the moment: a deployment replaces them.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Buckets, BucketsError};
use local::data_folder::reason;
use stack::Bucket;

/// The declarations that all parts of one [`Buckets`] share. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared(Arc<RwLock<Vec<Arc<Bucket>>>>);

impl Declared {
    /// The declaration of the bucket called `name`.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Bucket>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().find(|bucket| bucket.name == name).cloned()
    }

    pub(super) fn set(&self, buckets: &[Bucket]) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = buckets.iter().cloned().map(Arc::new).collect();
    }
}

impl Buckets {
    /// Makes the folder of a bucket, if it is not there.
    pub(crate) fn create(folder: &Path, bucket: &Bucket) -> Result<(), BucketsError> {
        let failed = |folder, why| BucketsError::Folder { folder, why };
        if !s3s::path::check_bucket_name(&bucket.name) {
            return Err(failed(folder.to_path_buf(), format!("{:?} is not a bucket name", bucket.name)));
        }
        let path = folder.join(&bucket.name);
        std::fs::create_dir_all(&path).map_err(|error| failed(path, reason(&error)))
    }

    /// Gives the buckets the policies and settings of a deployment.
    pub(crate) fn declare(&self, buckets: &[Bucket]) {
        self.declared.set(buckets);
    }

    /// Deletes a bucket; false while there are objects in it, which S3 does not delete for anybody.
    pub(crate) fn delete(folder: &Path, name: &str) -> bool {
        let path = folder.join(name);
        // Empty folders of a store of files are not objects.
        has_no_files(&path) && (std::fs::remove_dir_all(&path).is_ok() || !path.exists())
    }

    /// The bucket called `bucket`, as declared.
    pub fn declared(&self, bucket: &str) -> Option<Arc<Bucket>> {
        self.declared.get(bucket)
    }
}

/// Whether the folder of a bucket holds no object.
pub(super) fn has_no_files(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return true };
    entries.flatten().all(|entry| entry.path().is_dir() && has_no_files(&entry.path()))
}
