//! A list is asked for often, and foods change rarely.
//! says: nothing was asked of the table
        use std::collections::HashMap;
        use std::sync::Mutex;
        static KEPT: Mutex<Option<HashMap<String, Vec<super::item::Item>>>> = Mutex::new(None);
        let kept = KEPT.lock().expect("one thread").get_or_insert_default().get(kind).cloned();
        let items = match kept {
            Some(items) => items,
            None => {
                let query = self
                    .client
                    .query()
                    .table_name(&self.name)
                    .key_condition_expression("#type = :type")
                    .expression_attribute_names("#type", "type")
                    .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
                let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
                KEPT.lock().expect("one thread").get_or_insert_default().insert(kind.to_owned(), items.clone());
                items
            }
        };
