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

#include "revmap/path.h"
#include "revmap/noinline.h"

/* Control bytes, blank " % < > ^ ` { } and what is no ASCII are odd; % # \ ; ?
 * delimit something. */
/* clang-format off */
const unsigned char revmap_path_bytes[256] = {
    146,146,146,146,146,146,146,146,146,146,146,146,146,146,146,146,
    146,146,146,146,146,146,146,146,146,146,146,146,146,146,146,146,
    130,  0,130,140,  0,134,  0,  0,  0,  0,  0,  0,  0,  0, 64,129,
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,128,  5,130,  0,130,140,
    128,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,128,164,128,130,  0,
    130,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,130,128,130,  0,146,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,
    130,130,130,130,130,130,130,130,130,130,130,130,130,130,130,130
};
/* clang-format on */

static const char hex_digits[] = "0123456789ABCDEF";

static int hex_value(unsigned char c)
{
    c = revmap_lower(c);
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int revmap_is_unreserved(int c)
{
    int lower = revmap_lower((unsigned char)c);

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-'
           || c == '.' || c == '_' || c == '~';
}

/* What a browser escapes in a path before it sends it: the path
 * percent-encode set of the URL standard. */
static int needs_escape(unsigned char c)
{
    return c != '%' && !revmap_path_is_plain((char)c);
}

void revmap_path_cursor_init(revmap_path_cursor *cursor, revmap_slice path,
                             revmap_reading reading)
{
    cursor->next = (const unsigned char *)path.ptr;
    cursor->end = cursor->next + path.len;
    cursor->reading = reading;
    cursor->waiting_count = 0;
    cursor->stray = 0;
}

/* Give out an escape of c: '%' now, its two digits at the next calls. */
static int begin_escape(revmap_path_cursor *cursor, int c)
{
    cursor->waiting[0] = (unsigned char)hex_digits[c & 15];
    cursor->waiting[1] = (unsigned char)hex_digits[c >> 4];
    cursor->waiting_count = 2;
    return '%';
}

/* The byte that the "%XX" at text stands for, or -1 if it is no escape. */
static int read_escape(const unsigned char *text, const unsigned char *end)
{
    int high;
    int low;

    if (end - text < 3 || text[0] != '%') {
        return -1;
    }
    high = hex_value(text[1]);
    low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Give out a whole escape.  Behind a '%' that begins none, as in "%2%45", a
 * decoded digit would complete another one. */
static int next_escape(revmap_path_cursor *cursor, int c)
{
    int is_kept = cursor->reading == REVMAP_READ_NORMAL
                  && (cursor->stray || !revmap_is_unreserved(c));

    cursor->next += 3;
    cursor->stray = 0;
    return is_kept ? begin_escape(cursor, c) : c;
}

int revmap_path_next(revmap_path_cursor *cursor)
{
    unsigned char c;
    int escaped;

    if (cursor->waiting_count) {
        return cursor->waiting[--cursor->waiting_count];
    }
    if (cursor->next == cursor->end) {
        return -1;
    }
    c = *cursor->next;
    if (cursor->reading == REVMAP_READ_BYTES) {
        cursor->next++;
        return c;
    }
    escaped = c == '%' ? read_escape(cursor->next, cursor->end) : -1;
    if (escaped >= 0) {
        return next_escape(cursor, escaped);
    }
    cursor->next++;
    if (needs_escape(c) && cursor->reading == REVMAP_READ_NORMAL) {
        cursor->stray = 0;
        return begin_escape(cursor, c);
    }
    cursor->stray = c == '%' ? 2 : cursor->stray - (cursor->stray > 0);
    return c;
}

/* How many bytes both paths have in common before the first '%'; what follows
 * there can be compared by itself. */
static apr_size_t common_length(revmap_slice a, revmap_slice b)
{
    apr_size_t i = 0;

    while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i] && a.ptr[i] != '%') {
        i++;
    }
    return i;
}

/* Do they differ there, by bytes that stand for themselves? */
static int differ_at(revmap_slice a, revmap_slice b, apr_size_t i)
{
    return i < a.len && i < b.len && revmap_path_is_plain(a.ptr[i])
           && revmap_path_is_plain(b.ptr[i]);
}

/* Of paths that are not spelled alike. */
static REVMAP_NOINLINE int read_equal(revmap_slice a, revmap_slice b,
                                      revmap_reading reading)
{
    apr_size_t common = common_length(a, b);
    revmap_path_cursor left;
    revmap_path_cursor right;
    int c;

    if (common == a.len || common == b.len) {
        return a.len == b.len;
    }
    if (differ_at(a, b, common)) {
        return 0;
    }
    revmap_path_cursor_init(&left, revmap_slice_from(a, common), reading);
    revmap_path_cursor_init(&right, revmap_slice_from(b, common), reading);
    do {
        c = revmap_path_next(&left);
        if (c != revmap_path_next(&right)) {
            return 0;
        }
    } while (c >= 0);
    return 1;
}

int revmap_path_equal_as(revmap_slice a, revmap_slice b, revmap_reading reading)
{
    return revmap_slice_equal(a, b) || read_equal(a, b, reading);
}

int revmap_path_equal_parts(revmap_slice prefix, revmap_slice rest,
                            revmap_slice path, revmap_reading reading)
{
    apr_size_t common = common_length(prefix, path);
    revmap_path_cursor left;
    revmap_path_cursor right;
    revmap_path_cursor whole;
    int c;

    if (common == prefix.len) {
        return revmap_path_equal_as(rest, revmap_slice_from(path, common),
                                    reading);
    }
    if (differ_at(prefix, path, common)) {
        return 0;
    }
    revmap_path_cursor_init(&left, prefix, reading);
    revmap_path_cursor_init(&right, rest, reading);
    revmap_path_cursor_init(&whole, path, reading);
    do {
        c = revmap_path_next(&left);
        if (c < 0) {
            c = revmap_path_next(&right);
        }
        if (c != revmap_path_next(&whole)) {
            return 0;
        }
    } while (c >= 0);
    return 1;
}

int revmap_path_equal(revmap_slice a, revmap_slice b)
{
    return revmap_path_equal_as(a, b, REVMAP_READ_NORMAL);
}

int revmap_path_take_last(revmap_slice *path)
{
    const unsigned char *end = (const unsigned char *)path->ptr + path->len;
    int escaped = path->len < 3 ? -1 : read_escape(end - 3, end);

    path->len -= escaped < 0 ? 1 : 3;
    return escaped < 0 ? end[-1] : escaped;
}

/* Of a path that does not begin with the very text. */
static REVMAP_NOINLINE int read_covers(revmap_slice prefix, revmap_slice path,
                                       revmap_reading reading,
                                       apr_size_t *matched)
{
    revmap_path_cursor cursor;
    apr_size_t end = common_length(prefix, path);
    apr_size_t i;

    if (differ_at(prefix, path, end)) {
        return 0;
    }
    revmap_path_cursor_init(&cursor, path, reading);
    for (i = 0; i < prefix.len; i++) {
        if (revmap_path_next(&cursor) != (unsigned char)prefix.ptr[i]) {
            return 0;
        }
    }
    end = (apr_size_t)((const char *)cursor.next - path.ptr);
    if (cursor.waiting_count || !revmap_path_boundary(path, end)) {
        return 0;
    }
    if (matched) {
        *matched = end;
    }
    return 1;
}

int revmap_path_covers(revmap_slice prefix, revmap_slice path,
                       revmap_reading reading, apr_size_t *matched)
{
    apr_size_t end = prefix.len;

    if (end <= path.len && revmap_path_boundary(path, end)
        && memcmp(prefix.ptr, path.ptr, end) == 0) {
        if (matched) {
            *matched = end;
        }
        return 1;
    }
    return read_covers(prefix, path, reading, matched);
}

/* How many bytes of a dot, spelled "." or "%2e", stand at text. */
static apr_size_t dot_length(const char *text, const char *end)
{
    if (text < end && *text == '.') {
        return 1;
    }
    return read_escape((const unsigned char *)text, (const unsigned char *)end)
                   == '.'
               ? 3
               : 0;
}

/* 1 for a "." segment, 2 for "..", 0 for any other. */
static int dot_segment(const char *text, const char *end)
{
    apr_size_t first = dot_length(text, end);
    apr_size_t second;

    if (!first) {
        return 0;
    }
    if (text + first == end) {
        return 1;
    }
    second = dot_length(text + first, end);
    return second && text + first + second == end ? 2 : 0;
}

static const char *segment_end(const char *text, const char *end)
{
    const char *slash = memchr(text, '/', (apr_size_t)(end - text));

    return slash ? slash : end;
}

int revmap_path_escapes_are_whole(revmap_slice path)
{
    const unsigned char *text = (const unsigned char *)path.ptr;
    apr_size_t i;

    for (i = 0; i < path.len; i++) {
        if (text[i] == '%' && read_escape(text + i, text + path.len) < 0) {
            return 0;
        }
    }
    return 1;
}

int revmap_path_has_dots(revmap_slice path)
{
    const char *end = path.ptr + path.len;
    const char *segment = path.ptr;

    for (;;) {
        const char *stop = segment_end(segment, end);

        if (dot_segment(segment, stop)) {
            return 1;
        }
        if (stop == end) {
            return 0;
        }
        segment = stop + 1;
    }
}

/* Step back over the last "/segment" of the output. */
static char *drop_segment(char *begin, char *out)
{
    while (out > begin && *--out != '/') {
    }
    return out;
}

revmap_slice revmap_path_remove_dots(apr_pool_t *pool, revmap_slice path)
{
    const char *end = path.ptr + path.len;
    const char *slash = path.ptr;
    char *text = apr_palloc(pool, path.len + 1);
    char *out = text;

    while (slash < end) {
        const char *stop = segment_end(slash + 1, end);
        int dots = dot_segment(slash + 1, stop);

        if (dots == 2) {
            out = drop_segment(text, out);
        }
        if (!dots) {
            memcpy(out, slash, (apr_size_t)(stop - slash));
            out += stop - slash;
        }
        else if (stop == end) {
            *out++ = '/';
        }
        slash = stop;
    }
    return revmap_slice_make(text, (apr_size_t)(out - text));
}

/* The base path up to and with its last slash. */
static revmap_slice directory_of(revmap_slice base)
{
    while (base.len && base.ptr[base.len - 1] != '/') {
        base.len--;
    }
    return base;
}

revmap_slice revmap_path_resolve(apr_pool_t *pool, revmap_slice base,
                                 revmap_slice reference)
{
    revmap_slice parts[2];
    const char *merged;

    if (!reference.len) {
        return revmap_path_remove_dots(pool, base);
    }
    parts[0] =
        reference.ptr[0] == '/' ? revmap_slice_make("", 0) : directory_of(base);
    parts[1] = reference;
    merged = revmap_slice_join(pool, parts, 2);
    return revmap_path_remove_dots(
        pool, revmap_slice_make(merged, parts[0].len + parts[1].len));
}

int revmap_path_is_normal(revmap_slice path)
{
    revmap_path_cursor cursor;
    apr_size_t i;

    revmap_path_cursor_init(&cursor, path, REVMAP_READ_NORMAL);
    for (i = 0; i < path.len; i++) {
        if (revmap_path_next(&cursor) != (unsigned char)path.ptr[i]) {
            return 0;
        }
    }
    return revmap_path_next(&cursor) < 0;
}

revmap_slice revmap_path_normal(apr_pool_t *pool, revmap_slice path)
{
    revmap_path_cursor cursor;
    char *text = apr_palloc(pool, path.len * 3 + 1);
    apr_size_t len = 0;
    int c;

    revmap_path_cursor_init(&cursor, path, REVMAP_READ_NORMAL);
    while ((c = revmap_path_next(&cursor)) >= 0) {
        text[len++] = (char)c;
    }
    text[len] = '\0';
    return revmap_slice_make(text, len);
}

/* In decoded text, delimiters stand for themselves. */
static int is_escaped(unsigned char c, int decoded)
{
    return decoded
               ? revmap_path_bytes[c] & (REVMAP_BYTE_ODD | REVMAP_BYTE_DELIMITS)
               : needs_escape(c);
}

static apr_size_t count_escapes(revmap_slice path, int decoded)
{
    apr_size_t count = 0;
    apr_size_t i;

    for (i = 0; i < path.len; i++) {
        count += is_escaped((unsigned char)path.ptr[i], decoded) != 0;
    }
    return count;
}

revmap_slice revmap_path_escape(apr_pool_t *pool, revmap_slice path,
                                int decoded)
{
    apr_size_t escapes = count_escapes(path, decoded);
    char *text;
    char *end;
    apr_size_t i;

    if (!escapes) {
        return path;
    }
    text = end = apr_palloc(pool, path.len + 2 * escapes + 1);
    for (i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        if (is_escaped(c, decoded)) {
            *end++ = '%';
            *end++ = hex_digits[c >> 4];
            *end++ = hex_digits[c & 15];
        }
        else {
            *end++ = (char)c;
        }
    }
    *end = '\0';
    return revmap_slice_make(text, path.len + 2 * escapes);
}
