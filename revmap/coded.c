/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

#include "revmap/coded.h"
#include "revmap/cursor.h"

/* Decodes an escape, which begins the rest; returns zero if it is none. */
typedef struct decoder decoder;
typedef int read_escape(decoder *d);

struct revmap_coding {
    const char *marks; /* the bytes with which an escape begins */
    read_escape *read;
};

/* What is being decoded. */
struct decoder {
    const revmap_coding *coding;
    revmap_slice rest; /* of raw */
    char *text;        /* NULL: it is only counted */
    apr_size_t len;
};

static void begin(decoder *d, const revmap_coding *coding, revmap_slice raw)
{
    d->coding = coding;
    d->rest = raw;
    d->text = NULL;
    d->len = 0;
}

static void put(decoder *d, int c)
{
    if (d->text) {
        d->text[d->len] = (char)c;
    }
    d->len++;
}

static int step(decoder *d)
{
    if (revmap_is_at(d->rest, d->coding->marks)) {
        return d->coding->read(d);
    }
    put(d, *d->rest.ptr);
    d->rest = revmap_slice_from(d->rest, 1);
    return 1;
}

/* Counted first, so that the text gets the memory that it needs. */
static int decode(revmap_coded *coded, const revmap_coding *coding,
                  revmap_slice raw, apr_pool_t *pool)
{
    revmap_slice plain = raw;
    decoder d;

    coded->raw = coded->text = raw;
    coded->coding = NULL;
    coded->text_found = coded->raw_found = 0;
    revmap_take_until(&plain, coding->marks);
    if (!plain.len) {
        return 1;
    }
    begin(&d, coding, raw);
    while (d.rest.len) {
        if (!step(&d)) {
            return 0;
        }
    }
    coded->text.ptr = d.text = apr_palloc(pool, d.len);
    coded->text.len = d.len;
    coded->coding = coding;
    d.rest = raw;
    d.len = 0;
    while (d.rest.len) {
        step(&d);
    }
    return 1;
}

/* @return -1 if there are not so many hexadecimal digits */
static long read_hex(revmap_slice *rest, int digits)
{
    static const char hex[] = "0123456789abcdef";
    long number = 0;

    while (digits-- > 0) {
        const char *digit =
            rest->len && *rest->ptr
                ? strchr(hex, revmap_lower((unsigned char)*rest->ptr))
                : NULL;

        if (!digit) {
            return -1;
        }
        number = number * 16 + (digit - hex);
        *rest = revmap_slice_from(*rest, 1);
    }
    return number;
}

/* ---- JSON --------------------------------------------------------------- */

static void put_percent(decoder *d, unsigned long byte)
{
    static const char hex[] = "0123456789ABCDEF";

    put(d, '%');
    put(d, hex[byte >> 4]);
    put(d, hex[byte & 15]);
}

/* UTF-8 (RFC 3629), in percent-escapes */
static void put_character(decoder *d, unsigned long c)
{
    if (c < 0x80) {
        put(d, (int)c);
        return;
    }
    if (c < 0x800) {
        put_percent(d, 0xC0 | c >> 6);
    }
    else {
        if (c < 0x10000) {
            put_percent(d, 0xE0 | c >> 12);
        }
        else {
            put_percent(d, 0xF0 | c >> 18);
            put_percent(d, 0x80 | (c >> 12 & 0x3F));
        }
        put_percent(d, 0x80 | (c >> 6 & 0x3F));
    }
    put_percent(d, 0x80 | (c & 0x3F));
}

/* %x75 4HEXDIG, twice for a surrogate pair */
static int read_unicode(decoder *d)
{
    long c = read_hex(&d->rest, 4);
    long low;

    if (c < 0xD800 || c > 0xDFFF) {
        if (c >= 0) {
            put_character(d, (unsigned long)c);
        }
        return c >= 0;
    }
    if (c > 0xDBFF || !revmap_take(&d->rest, "\\")
        || !revmap_take(&d->rest, "u")) {
        return 0;
    }
    low = read_hex(&d->rest, 4);
    if (low < 0xDC00 || low > 0xDFFF) {
        return 0;
    }
    put_character(
        d, (unsigned long)(0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00)));
    return 1;
}

static int read_json_escape(decoder *d)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    revmap_take(&d->rest, "\\");
    if (revmap_take(&d->rest, "u")) {
        return read_unicode(d);
    }
    if (!revmap_is_at(d->rest, letters)) {
        return 0;
    }
    letter = strchr(letters, *d->rest.ptr);
    put(d, meant[letter - letters]);
    d->rest = revmap_slice_from(d->rest, 1);
    return 1;
}

int revmap_coded_json(revmap_coded *coded, revmap_slice raw, apr_pool_t *pool)
{
    static const revmap_coding json = {"\\", read_json_escape};

    return decode(coded, &json, raw, pool);
}

/* ---- quoted-string ------------------------------------------------------ */

/* quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text ) */
static int read_quoted_pair(decoder *d)
{
    revmap_take(&d->rest, "\\");
    if (!d->rest.len) {
        return 0;
    }
    put(d, *d->rest.ptr);
    d->rest = revmap_slice_from(d->rest, 1);
    return 1;
}

int revmap_coded_quoted(revmap_coded *coded, revmap_slice raw, apr_pool_t *pool)
{
    static const revmap_coding quoted = {"\\", read_quoted_pair};

    return decode(coded, &quoted, raw, pool);
}

/* ---- query -------------------------------------------------------------- */

/* "+" / "%" HEXDIG HEXDIG */
static int read_query_escape(decoder *d)
{
    long byte;

    if (revmap_take(&d->rest, "+")) {
        put(d, ' ');
        return 1;
    }
    revmap_take(&d->rest, "%");
    byte = read_hex(&d->rest, 2);
    if (byte >= 0) {
        put(d, (int)byte);
    }
    return byte >= 0;
}

int revmap_coded_query(revmap_coded *coded, revmap_slice raw, apr_pool_t *pool)
{
    static const revmap_coding query = {"%+", read_query_escape};

    return decode(coded, &query, raw, pool);
}

/* ---- and back ----------------------------------------------------------- */

int revmap_coded_holds(const revmap_coded *coded, revmap_slice part)
{
    return (apr_uintptr_t)part.ptr - (apr_uintptr_t)coded->text.ptr
           < coded->text.len;
}

/* Go on until so much of the text has been read.  Returns where that is. */
static apr_size_t read_to(decoder *d, const revmap_coded *coded, apr_size_t len)
{
    while (d->len < len) {
        step(d);
    }
    return coded->raw.len - d->rest.len;
}

revmap_slice revmap_coded_raw(revmap_coded *coded, revmap_slice part)
{
    apr_size_t i = (apr_size_t)(part.ptr - coded->text.ptr);
    apr_size_t end;
    decoder d;

    if (!coded->coding) {
        return part;
    }
    if (i < coded->text_found) {
        coded->text_found = coded->raw_found = 0;
    }
    begin(&d, coded->coding, revmap_slice_from(coded->raw, coded->raw_found));
    d.len = coded->text_found;
    coded->raw_found = read_to(&d, coded, i);
    coded->text_found = d.len;
    end = read_to(&d, coded, i + part.len);
    return revmap_slice_make(coded->raw.ptr + coded->raw_found,
                             end - coded->raw_found);
}
