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

#include "revmap/url.h"

#include "revmap/block.h"
#include "revmap/noinline.h"

#include "apr_strings.h"

#if APR_HAVE_ARPA_INET_H
#include <arpa/inet.h>
#endif

static const char *const scheme_names[] = {"", "http", "https", "ajp"};

unsigned int revmap_host_hash(revmap_slice name)
{
    return (unsigned int)revmap_mix_text(REVMAP_NO_HASH, name.ptr, name.len,
                                         REVMAP_CASE_BITS);
}

#define ADDRESS_BYTES 16

/* Returns zero if the text is no IPv6 address. */
static int read_address(unsigned char address[ADDRESS_BYTES],
                        revmap_slice literal)
{
    char text[sizeof("0000:0000:0000:0000:0000:0000:255.255.255.255")];

    if (literal.len >= sizeof(text) || memchr(literal.ptr, '\0', literal.len)) {
        return 0;
    }
    memcpy(text, literal.ptr, literal.len);
    text[literal.len] = '\0';
    return inet_pton(AF_INET6, text, address) == 1;
}

static int read_ipv6(revmap_origin *origin, revmap_slice literal)
{
    unsigned char address[ADDRESS_BYTES];
    apr_uint64_t hash = REVMAP_NO_HASH;
    apr_size_t i;

    if (!read_address(address, literal)) {
        return 0;
    }
    for (i = 0; i < sizeof(address); i += REVMAP_BLOCK) {
        hash = revmap_mix(hash, revmap_block((const char *)address + i));
    }
    origin->is_ipv6 = 1;
    origin->host = literal;
    origin->hash = (unsigned int)hash;
    return 1;
}

/* "[" IPv6address "]"  Like the next two, returns its length, 0 if it is
 * none. */
static REVMAP_NOINLINE apr_size_t read_literal(revmap_origin *origin,
                                               revmap_slice text)
{
    revmap_slice literal = revmap_slice_from(revmap_slice_before(text, ']'), 1);

    return literal.len + 1 < text.len && read_ipv6(origin, literal)
               ? literal.len + 2
               : 0;
}

/* Read a text, mostly four bytes at a time, up to a byte that has one of the
 * bits that end it.  Returns the length of what has been read. */
static inline apr_size_t read_bytes(revmap_slice text, unsigned int ends,
                                    unsigned int *bytes)
{
    const unsigned char *begin = (const unsigned char *)text.ptr;
    const unsigned char *fours_end = begin + text.len / 4 * 4;
    const unsigned char *end = begin + text.len;
    const unsigned char *byte = begin;
    const unsigned char *bits = revmap_path_bytes;
    unsigned char seen = 0;

    for (; byte < fours_end; byte += 4) {
        unsigned char four =
            bits[byte[0]] | bits[byte[1]] | bits[byte[2]] | bits[byte[3]];

        if (four & ends) {
            break;
        }
        seen |= four;
    }
    while (byte < end && !(bits[*byte] & ends)) {
        seen |= bits[*byte++];
    }
    *bytes = seen;
    return (apr_size_t)(byte - begin);
}

/* reg-name, but for what browsers refuse in a host */
static apr_size_t read_name(revmap_origin *origin, revmap_slice text)
{
    unsigned int bytes;

    origin->host = revmap_slice_make(
        text.ptr, read_bytes(text, REVMAP_BYTE_NOT_IN_HOST, &bytes));
    origin->hash = revmap_host_hash(origin->host);
    return origin->host.len;
}

/* ":" *DIGIT  An empty port is the default one; nobody listens on port 0. */
static apr_size_t read_port(revmap_origin *origin, revmap_slice text)
{
    unsigned int number = 0;
    apr_size_t i;

    for (i = 1; i < text.len; i++) {
        unsigned int digit = (unsigned char)text.ptr[i] - (unsigned int)'0';

        if (digit > 9) {
            break;
        }
        number = number * 10 + digit;
        if (number > 65535) {
            return 0;
        }
    }
    origin->port = (apr_port_t)number;
    return number || i == 1 ? i : 0;
}

static int is_authority_end(revmap_slice text)
{
    return !text.len || text.ptr[0] == '/' || text.ptr[0] == '?'
           || text.ptr[0] == '#';
}

/* What is no authority is passed over. */
static REVMAP_NOINLINE revmap_reason pass_over(revmap_slice *text,
                                               revmap_reason reason)
{
    revmap_slice rest = *text;
    apr_size_t len;

    while (!is_authority_end(rest)) {
        rest = revmap_slice_from(rest, 1);
    }
    len = text->len - rest.len;
    reason = memchr(text->ptr, '@', len) ? REVMAP_BAD_USERINFO : reason;
    *text = rest;
    return reason;
}

/* authority = host [ ":" port ]  (RFC 3986 3.2; user names are screened) */
revmap_reason revmap_authority_read(revmap_origin *origin, revmap_slice *text)
{
    revmap_slice rest = *text;
    revmap_reason reason = REVMAP_BAD_HOST;
    apr_size_t len;

    memset(origin, 0, sizeof(*origin));
    len = rest.len && rest.ptr[0] == '[' ? read_literal(origin, rest)
                                         : read_name(origin, rest);
    rest = revmap_slice_from(rest, len);
    if (len && rest.len && rest.ptr[0] == ':') {
        reason = REVMAP_BAD_PORT;
        len = read_port(origin, rest);
        rest = revmap_slice_from(rest, len);
    }
    if (!len || !is_authority_end(rest)) {
        return pass_over(text, reason);
    }
    *text = rest;
    return REVMAP_OK;
}

revmap_reason revmap_authority_parse(revmap_origin *origin, revmap_slice text)
{
    revmap_reason reason = revmap_authority_read(origin, &text);

    return reason || !text.len ? reason : REVMAP_BAD_HOST;
}

/* An address may be written in several ways. */
static REVMAP_NOINLINE int same_address(revmap_slice a, revmap_slice b)
{
    unsigned char left[ADDRESS_BYTES];
    unsigned char right[ADDRESS_BYTES];

    return read_address(left, a) && read_address(right, b)
           && memcmp(left, right, sizeof(left)) == 0;
}

int revmap_origin_same_host_text(const revmap_origin *a, const revmap_origin *b)
{
    return a->is_ipv6 == b->is_ipv6
           && (revmap_slice_equal_nocase(a->host, b->host)
               || (a->is_ipv6 && same_address(a->host, b->host)));
}

int revmap_origin_twin(revmap_origin *twin, const revmap_origin *origin)
{
    if (origin->scheme == REVMAP_AJP
        || origin->port != revmap_scheme_port(origin->scheme)) {
        return 0;
    }
    *twin = *origin;
    twin->scheme = origin->scheme == REVMAP_HTTP ? REVMAP_HTTPS : REVMAP_HTTP;
    twin->port = revmap_scheme_port(twin->scheme);
    return 1;
}

const char *revmap_origin_text(apr_pool_t *pool, const revmap_origin *origin)
{
    revmap_slice part[5];
    char port[sizeof(":65535")] = "";
    const char *text;
    char *c;

    if (origin->port != revmap_scheme_port(origin->scheme)) {
        apr_snprintf(port, sizeof(port), ":%u", (unsigned int)origin->port);
    }
    part[0] = revmap_slice_of(scheme_names[origin->scheme]);
    part[1] = revmap_slice_of(origin->is_ipv6 ? "://[" : "://");
    part[2] = origin->host;
    part[3] = revmap_slice_of(origin->is_ipv6 ? "]" : "");
    part[4] = revmap_slice_of(port);
    text = revmap_slice_join(pool, part, 5);
    for (c = (char *)text; *c; c++) {
        *c = (char)revmap_lower((unsigned char)*c);
    }
    return text;
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )  (RFC 3986 3.1)
 * Returns its length without the colon, 0 if the text has none. */
static apr_size_t scheme_length(revmap_slice text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            continue;
        }
        if (c == ':') {
            return i;
        }
        if (i == 0 || !strchr("0123456789+-.", c)) {
            return 0;
        }
    }
    return 0;
}

static revmap_scheme known_scheme(revmap_slice name)
{
    if (revmap_slice_equal_nocase(name, REVMAP_LITERAL("http"))) {
        return REVMAP_HTTP;
    }
    return revmap_slice_equal_nocase(name, REVMAP_LITERAL("https"))
               ? REVMAP_HTTPS
               : REVMAP_SCHEME_NONE;
}

revmap_scheme revmap_backend_scheme(revmap_slice name)
{
    static const struct {
        revmap_slice name;
        revmap_scheme scheme;
    } others[] = {{{"ws", 2}, REVMAP_HTTP},
                  {{"wss", 3}, REVMAP_HTTPS},
                  {{"h2c", 3}, REVMAP_HTTP},
                  {{"h2", 2}, REVMAP_HTTPS},
                  {{"ajp", 3}, REVMAP_AJP}};
    revmap_scheme scheme = known_scheme(name);
    apr_size_t i;

    for (i = 0; !scheme && i < sizeof(others) / sizeof(others[0]); i++) {
        if (revmap_slice_equal_nocase(name, others[i].name)) {
            scheme = others[i].scheme;
        }
    }
    return scheme;
}

/* Is that the whole site of the reference? */
static int has_site(revmap_slice text, revmap_slice site)
{
    return site.len && revmap_slice_begins_with(text, site)
           && (text.len == site.len || text.ptr[site.len] == '/'
               || revmap_path_bytes[(unsigned char)text.ptr[site.len]]
                      & REVMAP_BYTE_ENDS_PATH);
}

typedef revmap_scheme scheme_function(revmap_slice);

/* scheme "://" authority, of which the length of the scheme is known */
static revmap_reason read_absolute(revmap_origin *origin, revmap_slice *text,
                                   apr_size_t len, scheme_function *scheme_of)
{
    revmap_scheme scheme = scheme_of(revmap_slice_make(text->ptr, len));
    revmap_slice rest = revmap_slice_from(*text, len);
    revmap_reason reason;

    if (!scheme || !revmap_slice_begins_with(rest, REVMAP_LITERAL("://"))) {
        return REVMAP_BAD_SCHEME;
    }
    *text = revmap_slice_from(rest, 3);
    reason = revmap_authority_read(origin, text);
    revmap_origin_set_scheme(origin, scheme);
    return reason;
}

/* [ [ scheme ":" ] "//" authority ]  What stands behind it is left as the path.
 * Returns what is wrong with it. */
static revmap_reason read_site(revmap_url *url, revmap_slice text,
                               scheme_function *scheme_of)
{
    apr_size_t len = scheme_length(text);

    url->path = text;
    memset(&url->origin, 0, sizeof(url->origin));
    if (len) {
        url->form = REVMAP_FORM_ABSOLUTE;
        return read_absolute(&url->origin, &url->path, len, scheme_of);
    }
    if (revmap_slice_begins_with(text, REVMAP_LITERAL("//"))) {
        url->form = REVMAP_FORM_NETWORK;
        url->path = revmap_slice_from(text, 2);
        return revmap_authority_read(&url->origin, &url->path);
    }
    url->form = text.len && text.ptr[0] == '/' ? REVMAP_FORM_PATH
                                               : REVMAP_FORM_RELATIVE;
    return REVMAP_OK;
}

/* What stands before the first colon is one of a few known words, or none. */
revmap_reason revmap_backend_read(revmap_origin *origin, revmap_slice *text)
{
    return read_absolute(origin, text, revmap_slice_before(*text, ':').len,
                         revmap_backend_scheme);
}

/* Nobody is named by what holds an odd byte. */
static revmap_reason refuse(revmap_url *url, revmap_reason reason)
{
    memset(&url->origin, 0, sizeof(url->origin));
    return reason;
}

/* What stands behind the site, which holds nothing odd if it could be read:
 * control bytes are nowhere, a backslash only where browsers do not read it as
 * a slash. */
static inline revmap_reason read_rest(revmap_url *url, revmap_slice text,
                                      revmap_slice rest, revmap_reason site)
{
    apr_size_t len = read_bytes(rest, REVMAP_BYTE_ENDS_PATH, &url->bytes);

    url->site = revmap_slice_make(text.ptr, (apr_size_t)(rest.ptr - text.ptr));
    url->path = revmap_slice_make(rest.ptr, len);
    url->suffix = revmap_slice_from(rest, len);
    if ((url->bytes & REVMAP_BYTE_CONTROL)
        || (url->suffix.len && revmap_slice_has_control(url->suffix))) {
        return refuse(url, REVMAP_BAD_BYTE);
    }
    return url->bytes & REVMAP_BYTE_BACKSLASH
               ? refuse(url, REVMAP_BAD_BACKSLASH)
               : site;
}

/* URI-reference = URI / relative-ref  (RFC 3986 4.1) */
static revmap_reason parse(revmap_url *url, revmap_slice text,
                           scheme_function *scheme_of)
{
    revmap_reason reason = read_site(url, text, scheme_of);

    url->is_known = 0;
    return read_rest(url, text, reason ? text : url->path, reason);
}

revmap_reason revmap_url_parse(revmap_url *url, revmap_slice text)
{
    return parse(url, text, known_scheme);
}

revmap_reason revmap_url_parse_known(revmap_url *url, revmap_slice text,
                                     revmap_slice site,
                                     const revmap_origin *origin)
{
    if (!has_site(text, site)) {
        return parse(url, text, known_scheme);
    }
    url->form = REVMAP_FORM_ABSOLUTE;
    url->origin = *origin;
    url->is_known = 1;
    return read_rest(url, text, revmap_slice_from(text, site.len), REVMAP_OK);
}

revmap_reason revmap_url_parse_backend(revmap_url *url, revmap_slice text)
{
    return parse(url, text, revmap_backend_scheme);
}
