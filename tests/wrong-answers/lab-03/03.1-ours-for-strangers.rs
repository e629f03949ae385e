//! A stranger's page is told which page may: the browser compares, and hides the answer. A cache hands it to ours, and the other of
//! ours cannot read it.
//! says: expected no header Access-Control-Allow-Origin
//! says: got header Access-Control-Allow-Origin: https://board.example.com
        self.0.iter().find(|listed| *listed == origin).or(self.0.first()).cloned()
