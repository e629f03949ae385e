let scan = self
    .client
    .scan()
    .table_name(&self.name)
    .filter_expression("#type = :type")
    .expression_attribute_names("#type", "type")
    .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
let mut items = scan.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
items.sort_by_key(|item| item["name"].as_s().cloned().unwrap_or_default());
