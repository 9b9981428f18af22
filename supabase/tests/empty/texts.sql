-- Any text is saved and read unchanged.

SET ROLE service_role;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects');

SELECT unnest(ARRAY[
    test.equal(test.call('cc_save_profile', jsonb_build_object('nickname', text)), 'true', format('%s is saved', text)),
    test.equal(test.call('cc_creator') -> 'nickname', text, format('%s comes back', text))
])
FROM unnest(ARRAY[
    $$"O'Hara \"q\""$$, $$"a,b(c)\\d"$$, $$"line\nline\r\n\ttab"$$, $$"🎬👩‍🍳 é e\u0301"$$, $$"\u202ertl\u200f"$$, $$"%_*;--"$$,
    $$"NULL"$$, $$"{}"$$, $$"null"$$, $$" "$$, $$"\\u0000"$$, $$"$1 $ :x ?"$$
]::jsonb[]) AS text;
