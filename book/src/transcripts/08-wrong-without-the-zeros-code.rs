let place = change.sequence_number.clone();
