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

#include "apr_strings.h"

#if APR_HAVE_ARPA_INET_H
#include <arpa/inet.h>
#endif

static const char *const scheme_names[] = {"", "http", "https", "ajp"};

static revmap_reason read_port(apr_port_t *port, revmap_slice digits)
{
    unsigned int number = 0;
    apr_size_t i;

    for (i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];

        if (c < '0' || c > '9') {
            return REVMAP_BAD_PORT;
        }
        number = number * 10 + (unsigned int)(c - '0');
        if (number > 65535) {
            return REVMAP_BAD_PORT;
        }
    }
    *port = (apr_port_t)number;
    /* An empty port is the default one; nobody listens on port 0. */
    return number || !digits.len ? REVMAP_OK : REVMAP_BAD_PORT;
}

/* FNV-1a */
static unsigned int hash_byte(unsigned int hash, char c)
{
    return (hash ^ (unsigned char)c) * 16777619u;
}

unsigned int revmap_host_hash(revmap_slice name)
{
    unsigned int hash = REVMAP_NO_HASH;
    apr_size_t i;

    for (i = 0; i < name.len; i++) {
        hash = hash_byte(hash, (char)revmap_lower((unsigned char)name.ptr[i]));
    }
    return hash;
}

#define ADDRESS_BYTES 16

/* Returns zero if the text is no IPv6 address. */
static int read_address(unsigned char address[ADDRESS_BYTES],
                        revmap_slice literal)
{
    char text[sizeof("0000:0000:0000:0000:0000:0000:255.255.255.255")];

    if (literal.len >= sizeof(text)) {
        return 0;
    }
    memcpy(text, literal.ptr, literal.len);
    text[literal.len] = '\0';
    return inet_pton(AF_INET6, text, address) == 1;
}

static revmap_reason read_ipv6(revmap_origin *origin, revmap_slice literal)
{
    unsigned char address[ADDRESS_BYTES];
    apr_size_t i;

    if (!read_address(address, literal)) {
        return REVMAP_BAD_HOST;
    }
    origin->is_ipv6 = 1;
    origin->host = literal;
    origin->hash = REVMAP_NO_HASH;
    for (i = 0; i < sizeof(address); i++) {
        origin->hash = hash_byte(origin->hash, (char)address[i]);
    }
    return REVMAP_OK;
}

/* As what each byte is compared in a registered name; those that are NUL here
 * do not stand in one: control bytes, escapes, blanks, what is no ASCII and
 * what browsers refuse in a host. */
/* clang-format off */
static const char host_bytes[256] =
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0!\0\0$\0&'()*+,-.\0"
    "0123456789\0;\0=\0\0"
    "\0abcdefghijklmno"
    "pqrstuvwxyz\0\0\0\0_"
    "\0abcdefghijklmno"
    "pqrstuvwxyz\0\0\0~";
/* clang-format on */

/* Returns what is left behind the host. */
static revmap_slice read_host(revmap_origin *origin, revmap_slice authority)
{
    unsigned int hash = REVMAP_NO_HASH;
    apr_size_t i;
    char c;

    for (i = 0; i < authority.len; i++) {
        c = host_bytes[(unsigned char)authority.ptr[i]];
        if (!c) {
            break;
        }
        hash = hash_byte(hash, c);
    }
    origin->host = revmap_slice_make(authority.ptr, i);
    origin->hash = hash;
    return revmap_slice_from(authority, i);
}

/* "[" IPv6address "]"  Returns what is left behind it. */
static revmap_slice read_literal(revmap_origin *origin, revmap_slice authority,
                                 revmap_reason *reason)
{
    const char *end = memchr(authority.ptr, ']', authority.len);
    apr_size_t len = end ? (apr_size_t)(end - authority.ptr) : 0;

    *reason =
        len ? read_ipv6(origin, revmap_slice_make(authority.ptr + 1, len - 1))
            : REVMAP_BAD_HOST;
    return revmap_slice_from(authority, len ? len + 1 : 0);
}

static revmap_reason read_authority(revmap_origin *origin,
                                    revmap_slice authority)
{
    revmap_reason reason = REVMAP_OK;
    revmap_slice rest;

    if (authority.len && authority.ptr[0] == '[') {
        rest = read_literal(origin, authority, &reason);
    }
    else {
        rest = read_host(origin, authority);
        reason = origin->host.len ? REVMAP_OK : REVMAP_BAD_HOST;
    }
    if (reason || !rest.len) {
        return reason;
    }
    return rest.ptr[0] == ':'
               ? read_port(&origin->port, revmap_slice_from(rest, 1))
               : REVMAP_BAD_HOST;
}

/* authority = host [ ":" port ]  (RFC 3986 3.2; user names are screened) */
revmap_reason revmap_authority_parse(revmap_origin *origin,
                                     revmap_slice authority)
{
    revmap_reason reason;

    memset(origin, 0, sizeof(*origin));
    reason = read_authority(origin, authority);
    return reason && memchr(authority.ptr, '@', authority.len)
               ? REVMAP_BAD_USERINFO
               : reason;
}

apr_port_t revmap_scheme_port(revmap_scheme scheme)
{
    switch (scheme) {
    case REVMAP_HTTPS:
        return 443;
    case REVMAP_AJP:
        return 8009;
    default:
        return 80;
    }
}

void revmap_origin_set_scheme(revmap_origin *origin, revmap_scheme scheme)
{
    origin->scheme = (unsigned char)scheme;
    if (!origin->port) {
        origin->port = revmap_scheme_port(scheme);
    }
}

/* An address may be written in several ways. */
static int same_address(revmap_slice a, revmap_slice b)
{
    unsigned char left[ADDRESS_BYTES];
    unsigned char right[ADDRESS_BYTES];

    return read_address(left, a) && read_address(right, b)
           && memcmp(left, right, sizeof(left)) == 0;
}

int revmap_origin_same_host(const revmap_origin *a, const revmap_origin *b)
{
    return a->hash == b->hash && a->is_ipv6 == b->is_ipv6
           && (revmap_slice_equal_nocase(a->host, b->host)
               || (a->is_ipv6 && same_address(a->host, b->host)));
}

int revmap_origin_equal(const revmap_origin *a, const revmap_origin *b)
{
    return a->scheme == b->scheme && a->port == b->port
           && revmap_origin_same_host(a, b);
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

revmap_slice revmap_url_path(const revmap_url *url)
{
    return url->path.len ? url->path : REVMAP_LITERAL("/");
}

revmap_slice revmap_suffix_query(revmap_slice suffix)
{
    const char *hash = memchr(suffix.ptr, '#', suffix.len);

    if (hash) {
        suffix.len = (apr_size_t)(hash - suffix.ptr);
    }
    return suffix;
}

/* Read what stands before the query and the fragment, mostly four bytes at a
 * time.  Returns its length. */
static apr_size_t read_bytes(revmap_slice text, unsigned int *bytes)
{
    const unsigned char *byte = (const unsigned char *)text.ptr;
    const unsigned char *bits = revmap_path_bytes;
    unsigned int seen = 0;
    apr_size_t i;

    for (i = 0; i + 4 <= text.len; i += 4) {
        unsigned int four = bits[byte[i]] | bits[byte[i + 1]]
                            | bits[byte[i + 2]] | bits[byte[i + 3]];

        if (four & REVMAP_BYTE_ENDS_PATH) {
            break;
        }
        seen |= four;
    }
    while (i < text.len && !(bits[byte[i]] & REVMAP_BYTE_ENDS_PATH)) {
        seen |= bits[byte[i++]];
    }
    *bytes = seen;
    return i;
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )  (RFC 3986 3.1)
 * Returns its length without the colon, 0 if the text has none. */
static apr_size_t scheme_length(revmap_slice text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = revmap_lower((unsigned char)text.ptr[i]);

        if (c == ':') {
            return i;
        }
        if (!(c >= 'a' && c <= 'z')
            && (i == 0 || !strchr("0123456789+-.", c))) {
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
    } schemes[] = {{{"http", 4}, REVMAP_HTTP}, {{"https", 5}, REVMAP_HTTPS},
                   {{"ws", 2}, REVMAP_HTTP},   {{"wss", 3}, REVMAP_HTTPS},
                   {{"h2c", 3}, REVMAP_HTTP},  {{"h2", 2}, REVMAP_HTTPS},
                   {{"ajp", 3}, REVMAP_AJP}};
    apr_size_t i;

    for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (revmap_slice_equal_nocase(name, schemes[i].name)) {
            return schemes[i].scheme;
        }
    }
    return REVMAP_SCHEME_NONE;
}

static int begins_with_slashes(revmap_slice text)
{
    return text.len >= 2 && text.ptr[0] == '/' && text.ptr[1] == '/';
}

/* "//" authority path-abempty
 * Returns what is wrong with the authority. */
static revmap_reason read_site(revmap_url *url, apr_size_t slashes)
{
    revmap_slice rest = revmap_slice_from(url->path, slashes + 2);
    const char *slash = memchr(rest.ptr, '/', rest.len);
    apr_size_t len = slash ? (apr_size_t)(slash - rest.ptr) : rest.len;

    url->site = revmap_slice_make(url->path.ptr, slashes + 2 + len);
    url->path = revmap_slice_from(rest, len);
    return revmap_authority_parse(&url->origin,
                                  revmap_slice_make(rest.ptr, len));
}

/* Is that the whole site of the reference? */
static int has_site(revmap_slice text, revmap_slice site)
{
    return site.len && text.len >= site.len
           && memcmp(text.ptr, site.ptr, site.len) == 0
           && (text.len == site.len || text.ptr[site.len] == '/'
               || revmap_path_bytes[(unsigned char)text.ptr[site.len]]
                      & REVMAP_BYTE_ENDS_PATH);
}

typedef revmap_scheme scheme_function(revmap_slice);

/* Control bytes are nowhere, a backslash only where browsers do not read it
 * as a slash. */
static revmap_reason screen(const revmap_url *url)
{
    if ((url->bytes & REVMAP_BYTE_CONTROL)
        || (url->suffix.len && revmap_slice_has_control(url->suffix))) {
        return REVMAP_BAD_BYTE;
    }
    return url->bytes & REVMAP_BYTE_BACKSLASH ? REVMAP_BAD_BACKSLASH
                                              : REVMAP_OK;
}

/* What stands before the suffix is in url->path. */
static revmap_reason read_form(revmap_url *url, scheme_function *scheme_of)
{
    apr_size_t len = scheme_length(url->path);

    if (len) {
        revmap_scheme scheme = scheme_of(revmap_slice_make(url->path.ptr, len));
        revmap_reason reason;

        if (!scheme
            || !begins_with_slashes(revmap_slice_from(url->path, len + 1))) {
            return REVMAP_BAD_SCHEME;
        }
        reason = read_site(url, len + 1);
        revmap_origin_set_scheme(&url->origin, scheme);
        return reason;
    }
    if (begins_with_slashes(url->path)) {
        url->form = REVMAP_FORM_NETWORK;
        return read_site(url, 0);
    }
    url->form = url->path.len && url->path.ptr[0] == '/' ? REVMAP_FORM_PATH
                                                         : REVMAP_FORM_RELATIVE;
    return REVMAP_OK;
}

/* URI-reference = URI / relative-ref  (RFC 3986 4.1) */
static revmap_reason parse(revmap_url *url, revmap_slice text,
                           scheme_function *scheme_of,
                           const revmap_spelled *known)
{
    revmap_reason reason;
    revmap_slice rest;
    apr_size_t len = 0;

    url->form = REVMAP_FORM_ABSOLUTE;
    url->is_known = known && has_site(text, known->text);
    if (url->is_known) {
        url->origin = *known->origin;
        len = known->text.len;
    }
    else {
        memset(&url->origin, 0, sizeof(url->origin));
    }
    url->site = revmap_slice_make(text.ptr, len);
    rest = revmap_slice_from(text, len);
    len = read_bytes(rest, &url->bytes);
    url->path = revmap_slice_make(rest.ptr, len);
    url->suffix = revmap_slice_from(rest, len);
    reason = screen(url);
    return reason || url->is_known ? reason : read_form(url, scheme_of);
}

revmap_reason revmap_url_parse(revmap_url *url, revmap_slice text)
{
    return parse(url, text, known_scheme, NULL);
}

revmap_reason revmap_url_parse_known(revmap_url *url, revmap_slice text,
                                     const revmap_spelled *known)
{
    return parse(url, text, known_scheme, known);
}

revmap_reason revmap_url_parse_backend(revmap_url *url, revmap_slice text)
{
    return parse(url, text, revmap_backend_scheme, NULL);
}
