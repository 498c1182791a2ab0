-- For the rest of the transaction: edits that are written down are news to watches, or not.
SELECT set_config('tintinh.unwatched', %(how)s::text, true);
