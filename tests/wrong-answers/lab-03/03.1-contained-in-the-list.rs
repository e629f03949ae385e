//! The list is a text, and a listed origin stands in it. So do parts of one, which somebody else can register.
//! says: because of Access-Control-Allow-Origin: https://board.example.co
        self.0.join(",").contains(origin).then(|| origin.to_owned())
