//! The files of the buckets, and the one check that every request for them passes.
//!
//! `s3s-fs` makes a path of a key as it stands. So every way to a file (the AWS endpoint, a form, a copy, the edge, a publish)
//! leads through here first: a key that cannot be a file is missing for a reader and refused to a writer, and no key leaves the
//! bucket that was named. `buckets/key` decides which keys those are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
    CopyObjectInput, CopyObjectOutput, CopySource, CreateBucketInput, CreateBucketOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, DeleteBucketInput, DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput,
    DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, GetBucketLocationInput, GetBucketLocationOutput,
    GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput,
    ListBucketsInput, ListBucketsOutput, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output,
    ListPartsInput, ListPartsOutput, PutObjectInput, PutObjectOutput, Range, UploadPartCopyInput, UploadPartCopyOutput,
    UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use uuid::Uuid;

use super::declared::has_no_files;
use super::key::{self, Unkept};

/// What cannot be kept apart, in S3's manner.
const AS_FILES: &str = "The local cloud keeps objects as files, which S3 does not";

/// The store of all buckets. Clones share it: two stores on one folder would write into one another's unfinished files.
#[derive(Debug, Clone)]
pub(super) struct Storage {
    files: Arc<FileSystem>,
    folder: PathBuf,
}

impl Storage {
    /// The store below `folder`, which is there.
    pub(super) fn open(folder: &Path) -> Result<Storage, String> {
        let files = FileSystem::new(folder).map_err(|error| format!("{error:?}"))?;
        Ok(Storage { files: Arc::new(files), folder: folder.to_path_buf() })
    }

    fn bucket(&self, bucket: &str) -> S3Result<PathBuf> {
        if !s3s::path::check_bucket_name(bucket) {
            return Err(s3_error!(InvalidBucketName, "The specified bucket is not valid."));
        }
        let folder = self.folder.join(bucket);
        if folder.is_dir() { Ok(folder) } else { Err(s3_error!(NoSuchBucket)) }
    }

    /// The file of an object that is to be read.
    fn read(&self, bucket: &str, key: &str) -> S3Result<PathBuf> {
        self.bucket(bucket)?;
        key::file(&self.folder, bucket, key).ok_or_else(|| s3_error!(NoSuchKey))
    }

    /// As [`Storage::read`], for the source of a copy.
    fn read_source(&self, source: &CopySource) -> S3Result<()> {
        match source {
            CopySource::Bucket { bucket, key, .. } => self.read(bucket, key).map(drop),
            _ => Err(s3_error!(NotImplemented, "The local cloud copies from buckets only.")),
        }
    }

    /// Refuses to write what the store could not give back under the same key, or could keep in part only.
    fn write(&self, bucket: &str, key: &str, upload: Option<Uuid>) -> S3Result<()> {
        let folder = self.bucket(bucket)?;
        let most = key::longest(bucket, upload);
        if key.len() > most {
            return Err(unkept(bucket, Unkept::TooLong(most)));
        }
        self.place(&folder, bucket, key).map(drop)
    }

    /// Where the file of `key` belongs, if nothing else is there or on the way.
    fn place(&self, folder: &Path, bucket: &str, key: &str) -> S3Result<PathBuf> {
        let path = folder.join(key::path(key).map_err(|why| unkept(bucket, why))?);
        let mut above = path.ancestors().skip(1).take_while(|above| above != &folder);
        let is_folder = path.is_dir() && !key.ends_with('/');
        if is_folder || above.any(Path::is_file) || (key.ends_with('/') && path.is_file()) {
            return Err(refused(format!("{AS_FILES}: a key cannot be the beginning of another one's path.")));
        }
        Ok(path)
    }

    /// Puts an object whose key leaves no room for what is said of it: it is read as one that was put without a word. The
    /// records of Lambda's destinations have such keys.
    pub(super) fn put_plain(&self, bucket: &str, key: &str, body: &[u8]) -> S3Result<()> {
        let path = self.place(&self.bucket(bucket)?, bucket, key)?;
        let beside = self.folder.join(format!(".plain.{}.part", Uuid::new_v4()));
        let put = || {
            std::fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
            std::fs::write(&beside, body)?;
            std::fs::rename(&beside, &path)
        };
        put().map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            S3Error::internal_error(error)
        })
    }

    /// As [`Storage::write`], where a slash at the end would be lost.
    fn write_file(&self, bucket: &str, key: &str, upload: Option<Uuid>) -> S3Result<()> {
        if key.ends_with('/') {
            return Err(refused(format!("{AS_FILES}: a key that ends with a slash can hold nothing.")));
        }
        self.write(bucket, key, upload)
    }

    /// Whether there is anything to delete under `key`.
    fn is_there(&self, bucket: &str, key: &str) -> bool {
        let is_folder =
            || key.ends_with('/') && key::path(key).is_ok_and(|path| self.folder.join(bucket).join(path).is_dir());
        key::file(&self.folder, bucket, key).is_some() || is_folder()
    }

    /// Refuses an upload in parts that was not begun for this key: its id alone would reach the parts of another one.
    fn upload(&self, bucket: &str, key: &str, id: &str) -> S3Result<()> {
        self.bucket(bucket)?;
        let begun = |id: Uuid| self.folder.join(key::metadata_file(bucket, key, Some(id))).is_file();
        let long = key.len() > key::LONGEST;
        if !long && Uuid::parse_str(id).is_ok_and(begun) {
            return Ok(());
        }
        Err(s3_error!(
            NoSuchUpload,
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
        ))
    }
}

fn refused(why: String) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, why)
}

fn unkept(bucket: &str, why: Unkept) -> S3Error {
    match why {
        Unkept::TooLong(most) => S3Error::with_message(
            S3ErrorCode::KeyTooLongError,
            format!("Your key is too long. {AS_FILES}, and takes {most} bytes in bucket {bucket}."),
        ),
        Unkept::Part(what) => refused(format!("{AS_FILES}, and cannot keep a key with {what}.")),
    }
}

/// The store groups keys at one byte, and would cut a longer delimiter in the middle; an empty one is none.
fn one_delimiter(delimiter: &mut Option<String>) -> S3Result<()> {
    delimiter.take_if(|text| text.is_empty());
    match delimiter {
        Some(text) if text.len() > 1 => Err(refused(
            "The local cloud groups keys at delimiters of one ASCII character only, such as a slash.".to_string(),
        )),
        _ => Ok(()),
    }
}

type Answer<T> = S3Result<S3Response<T>>;

#[async_trait::async_trait]
impl S3 for Storage {
    async fn list_buckets(&self, request: S3Request<ListBucketsInput>) -> Answer<ListBucketsOutput> {
        self.files.list_buckets(request).await
    }

    async fn create_bucket(&self, request: S3Request<CreateBucketInput>) -> Answer<CreateBucketOutput> {
        match self.bucket(&request.input.bucket) {
            Err(error) if *error.code() == S3ErrorCode::InvalidBucketName => Err(error),
            _ => self.files.create_bucket(request).await,
        }
    }

    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> Answer<HeadBucketOutput> {
        self.bucket(&request.input.bucket)?;
        self.files.head_bucket(request).await
    }

    async fn get_bucket_location(&self, request: S3Request<GetBucketLocationInput>) -> Answer<GetBucketLocationOutput> {
        self.bucket(&request.input.bucket)?;
        self.files.get_bucket_location(request).await
    }

    async fn delete_bucket(&self, request: S3Request<DeleteBucketInput>) -> Answer<DeleteBucketOutput> {
        if !has_no_files(&self.bucket(&request.input.bucket)?) {
            return Err(s3_error!(BucketNotEmpty, "The bucket you tried to delete is not empty"));
        }
        self.files.delete_bucket(request).await
    }

    async fn list_objects(&self, mut request: S3Request<ListObjectsInput>) -> Answer<ListObjectsOutput> {
        self.bucket(&request.input.bucket)?;
        one_delimiter(&mut request.input.delimiter)?;
        self.files.list_objects(request).await
    }

    async fn list_objects_v2(&self, mut request: S3Request<ListObjectsV2Input>) -> Answer<ListObjectsV2Output> {
        self.bucket(&request.input.bucket)?;
        one_delimiter(&mut request.input.delimiter)?;
        self.files.list_objects_v2(request).await
    }

    async fn get_object(&self, mut request: S3Request<GetObjectInput>) -> Answer<GetObjectOutput> {
        let file = self.read(&request.input.bucket, &request.input.key)?;
        if let Some(Range::Suffix { length }) = &mut request.input.range {
            // The last bytes of an object are never more than it has, and the store counts backwards from its end.
            *length = (*length).min(std::fs::metadata(file).map_err(S3Error::internal_error)?.len());
        }
        self.files.get_object(request).await
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> Answer<HeadObjectOutput> {
        self.read(&request.input.bucket, &request.input.key)?;
        self.files.head_object(request).await
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
        self.write(&request.input.bucket, &request.input.key, None)?;
        self.files.put_object(request).await
    }

    async fn copy_object(&self, request: S3Request<CopyObjectInput>) -> Answer<CopyObjectOutput> {
        self.read_source(&request.input.copy_source)?;
        self.write_file(&request.input.bucket, &request.input.key, None)?;
        self.files.copy_object(request).await
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> Answer<DeleteObjectOutput> {
        self.bucket(&request.input.bucket)?;
        if !self.is_there(&request.input.bucket, &request.input.key) {
            // S3 says of a key that was never there that it is gone.
            return Ok(S3Response::new(DeleteObjectOutput::default()));
        }
        self.files.delete_object(request).await
    }

    async fn delete_objects(&self, mut request: S3Request<DeleteObjectsInput>) -> Answer<DeleteObjectsOutput> {
        let bucket = request.input.bucket.clone();
        self.bucket(&bucket)?;
        let asked = request.input.delete.objects.iter();
        let deleted = asked.map(|object| DeletedObject {
            key: Some(object.key.clone()),
            version_id: object.version_id.clone(),
            ..Default::default()
        });
        let deleted = deleted.collect();
        request.input.delete.objects.retain(|object| self.is_there(&bucket, &object.key));
        let mut answer = self.files.delete_objects(request).await?;
        answer.output.deleted = Some(deleted);
        Ok(answer)
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> Answer<CreateMultipartUploadOutput> {
        self.write_file(&request.input.bucket, &request.input.key, Some(Uuid::nil()))?;
        self.files.create_multipart_upload(request).await
    }

    async fn upload_part(&self, request: S3Request<UploadPartInput>) -> Answer<UploadPartOutput> {
        self.upload(&request.input.bucket, &request.input.key, &request.input.upload_id)?;
        self.files.upload_part(request).await
    }

    async fn upload_part_copy(&self, request: S3Request<UploadPartCopyInput>) -> Answer<UploadPartCopyOutput> {
        self.read_source(&request.input.copy_source)?;
        self.upload(&request.input.bucket, &request.input.key, &request.input.upload_id)?;
        self.files.upload_part_copy(request).await
    }

    async fn list_parts(&self, request: S3Request<ListPartsInput>) -> Answer<ListPartsOutput> {
        self.upload(&request.input.bucket, &request.input.key, &request.input.upload_id)?;
        self.files.list_parts(request).await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> Answer<CompleteMultipartUploadOutput> {
        self.upload(&request.input.bucket, &request.input.key, &request.input.upload_id)?;
        self.write_file(&request.input.bucket, &request.input.key, Some(Uuid::nil()))?;
        self.files.complete_multipart_upload(request).await
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> Answer<AbortMultipartUploadOutput> {
        self.upload(&request.input.bucket, &request.input.key, &request.input.upload_id)?;
        self.files.abort_multipart_upload(request).await
    }
}
