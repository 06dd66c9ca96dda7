"""Tables in files that people upload: .csv and .xlsx, streamed, with every dimension bounded."""
