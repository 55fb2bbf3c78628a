/* SPDX-License-Identifier: Apache-2.0 */

#include "browser.h"

#include "apr_strings.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char hex[] = "0123456789ABCDEF";

static int is_slash(char c)
{
    return c == '/' || c == '\\';
}

static unsigned int default_port(const char *scheme)
{
    return strcmp(scheme, "https") ? 80 : 443;
}

static char *lower(apr_pool_t *pool, const char *text, size_t len)
{
    char *copy = apr_pstrmemdup(pool, text, len);
    char *c;

    for (c = copy; *c; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            *c = (char)(*c + 32);
        }
    }
    return copy;
}

/* Controls and blanks at the ends go, TAB, CR and LF go everywhere. */
static char *clean(apr_pool_t *pool, const char *text)
{
    char *copy;
    char *end;
    char *out;

    while (*text && (unsigned char)*text <= ' ') {
        text++;
    }
    copy = apr_pstrdup(pool, text);
    end = copy + strlen(copy);
    while (end > copy && (unsigned char)end[-1] <= ' ') {
        *--end = '\0';
    }
    for (out = end = copy; *end; end++) {
        if (*end != '\t' && *end != '\r' && *end != '\n') {
            *out++ = *end;
        }
    }
    *out = '\0';
    return copy;
}

/* The length of a scheme, 0 if there is none. */
static size_t scheme_of(const char *text)
{
    size_t len = 0;

    if (!isalpha((unsigned char)*text)) {
        return 0;
    }
    while (isalnum((unsigned char)text[len])
           || (text[len] && strchr("+-.", text[len]))) {
        len++;
    }
    return text[len] == ':' ? len : 0;
}

/* ---- host --------------------------------------------------------------- */

static int read_ipv6(apr_pool_t *pool, const char *text, browser_url *url)
{
    char shown[INET6_ADDRSTRLEN];
    size_t len = strlen(text);
    struct in6_addr address;

    if (len < 3 || text[len - 1] != ']'
        || inet_pton(AF_INET6, apr_pstrmemdup(pool, text + 1, len - 2),
                     &address)
               != 1) {
        return 0;
    }
    inet_ntop(AF_INET6, &address, shown, sizeof(shown));
    url->host = apr_pstrcat(pool, "[", shown, "]", NULL);
    return 1;
}

char *browser_decode(apr_pool_t *pool, const char *text)
{
    char *copy = apr_palloc(pool, strlen(text) + 1);
    char *out = copy;

    while (*text) {
        if (*text == '%' && isxdigit((unsigned char)text[1])
            && isxdigit((unsigned char)text[2])) {
            char digits[3] = {text[1], text[2], '\0'};

            *out++ = (char)strtoul(digits, NULL, 16);
            text += 3;
        }
        else {
            *out++ = *text++;
        }
    }
    *out = '\0';
    return copy;
}

/* A number, in one of C's three spellings, ends at a dot or at the end. */
static const char *read_number(const char *text, unsigned long *number)
{
    int base = 10;
    char *end;

    if (text[0] == '0' && tolower((unsigned char)text[1]) == 'x') {
        base = 16;
        text += 2;
    }
    else if (text[0] == '0') {
        base = 8;
    }
    *number = 0;
    if ((!*text || *text == '.') && base == 16) {
        return text;
    }
    if (!isxdigit((unsigned char)*text) || (*number = strlen(text)) > 30) {
        return NULL;
    }
    *number = strtoul(text, &end, base);
    return *end == '\0' || *end == '.' ? end : NULL;
}

/* Is the last label a number?  Then the whole must be an address. */
static int ends_in_number(const char *host)
{
    size_t len = strlen(host);
    const char *label;
    unsigned long number;

    if (len && host[len - 1] == '.') {
        len--;
    }
    label = host + len;
    while (label > host && label[-1] != '.') {
        label--;
    }
    if (label + strspn(label, "0123456789") == host + len) {
        return label < host + len;
    }
    return read_number(label, &number) != NULL
           && tolower((unsigned char)label[1]) == 'x';
}

static int read_ipv4(apr_pool_t *pool, const char *host, browser_url *url)
{
    unsigned long part[4];
    unsigned long address = 0;
    int count = 0;
    int i;

    do {
        if (count == 4 || !(host = read_number(host, &part[count]))) {
            return 0;
        }
        count++;
        host += *host == '.';
    } while (*host);
    for (i = 0; i < count - 1; i++) {
        if (part[i] > 255) {
            return 0;
        }
        address |= part[i] << (8 * (3 - i));
    }
    if (part[i] >= 1UL << (8 * (5 - count))) {
        return 0;
    }
    address |= part[i];
    url->host =
        apr_psprintf(pool, "%lu.%lu.%lu.%lu", address >> 24,
                     address >> 16 & 255, address >> 8 & 255, address & 255);
    return 1;
}

static int read_host(apr_pool_t *pool, const char *text, browser_url *url)
{
    const char *c;
    char *host;

    if (*text == '[') {
        return read_ipv6(pool, text, url);
    }
    host = browser_decode(pool, text);
    for (c = host; *c; c++) {
        if (*c <= ' ' || *c > '~' || strchr("#/:<>?@[\\]^|%", *c)) {
            return 0;
        }
    }
    url->host = lower(pool, host, strlen(host));
    if (!*host || strstr(text, "%00")) {
        return 0;
    }
    return !ends_in_number(url->host) || read_ipv4(pool, url->host, url);
}

static int read_port(const char *digits, browser_url *url)
{
    unsigned long port = 0;

    url->port = default_port(url->scheme);
    if (!*digits) {
        return 1;
    }
    for (; *digits; digits++) {
        if (!isdigit((unsigned char)*digits)) {
            return 0;
        }
        port = port * 10 + (unsigned long)(*digits - '0');
        if (port > 65535) {
            return 0;
        }
    }
    url->port = (unsigned int)port;
    return 1;
}

static int read_authority(apr_pool_t *pool, const char *text, size_t len,
                          browser_url *url)
{
    char *authority = apr_pstrmemdup(pool, text, len);
    char *at = strrchr(authority, '@');
    char *colon;

    if (at) {
        url->has_userinfo = 1;
        authority = at + 1;
    }
    colon = strchr(*authority == '[' && strchr(authority, ']')
                       ? strchr(authority, ']')
                       : authority,
                   ':');
    if (colon) {
        *colon = '\0';
    }
    return read_host(pool, authority, url)
           && read_port(colon ? colon + 1 : "", url);
}

/* ---- path --------------------------------------------------------------- */

/* 1 for ".", 2 for "..", with escapes; else 0. */
static int dots_in(apr_pool_t *pool, const char *segment)
{
    const char *text = lower(pool, segment, strlen(segment));
    int dots = 0;

    while (*text) {
        if (*text == '.') {
            text++;
        }
        else if (!strncmp(text, "%2e", 3)) {
            text += 3;
        }
        else {
            return 0;
        }
        dots++;
    }
    return dots <= 2 ? dots : 0;
}

static char *escape(apr_pool_t *pool, const char *text)
{
    char *copy = apr_palloc(pool, 3 * strlen(text) + 1);
    char *out = copy;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c <= ' ' || c > '~' || strchr("\"#<>?^`{}", c)) {
            *out++ = '%';
            *out++ = hex[c >> 4];
            *out++ = hex[c & 15];
        }
        else {
            *out++ = (char)c;
        }
    }
    *out = '\0';
    return copy;
}

/* Take dot segments out; text begins with a slash of either kind. */
static const char *resolve(apr_pool_t *pool, char *text)
{
    char *path = apr_pcalloc(pool, strlen(text) + 2);
    char *out = path;

    while (*text) {
        size_t len = 1 + strcspn(text + 1, "/\\");
        char *segment = apr_pstrmemdup(pool, text + 1, len - 1);
        int dots = dots_in(pool, segment);

        text += len;
        if (dots == 2) {
            while (out > path && *--out != '/') {
            }
        }
        if (!dots || !*text) {
            *out++ = '/';
        }
        if (!dots) {
            memcpy(out, segment, len - 1);
            out += len - 1;
        }
        *out = '\0';
    }
    return escape(pool, path);
}

/* ---- all together ------------------------------------------------------- */

/* Path, query and fragment; in front of the path stands the directory, for
 * a relative one. */
static void read_rest(apr_pool_t *pool, const char *directory, const char *text,
                      browser_url *url)
{
    size_t len = strcspn(text, "?#");
    const char *hash = strchr(text, '#');
    char *path =
        apr_pstrcat(pool, directory, apr_pstrmemdup(pool, text, len), NULL);

    url->path = *path ? resolve(pool, path) : "/";
    url->fragment = hash ? hash : "";
    url->query = apr_pstrmemdup(pool, text + len,
                                strlen(text + len) - strlen(url->fragment));
    url->ok = 1;
}

static void read_site(apr_pool_t *pool, const char *text, browser_url *url)
{
    size_t len;

    while (is_slash(*text)) {
        text++;
    }
    len = strcspn(text, "/\\?#");
    if (read_authority(pool, text, len, url)) {
        read_rest(pool, "", text + len, url);
    }
}

static void read_relative(apr_pool_t *pool, const char *text,
                          const browser_url *base, browser_url *url)
{
    const char *slash = strrchr(base->path, '/');

    url->scheme = base->scheme;
    if (is_slash(text[0]) && is_slash(text[1])) {
        read_site(pool, text, url);
        return;
    }
    url->host = base->host;
    url->port = base->port;
    if (is_slash(*text)) {
        read_rest(pool, "", text, url);
    }
    else if (*text && !strchr("?#", *text)) {
        read_rest(
            pool,
            apr_pstrmemdup(pool, base->path, (size_t)(slash - base->path) + 1),
            text, url);
    }
    else {
        read_rest(pool, base->path, text, url);
        url->query = *text == '?' ? url->query : base->query;
    }
}

browser_url browser_read(apr_pool_t *pool, const char *text,
                         const browser_url *base)
{
    const char *rest = clean(pool, text);
    size_t len = scheme_of(rest);
    browser_url url = {0, 1, 0, "", "", 0, "/", "", ""};

    if (!len) {
        if (base) {
            read_relative(pool, rest, base, &url);
        }
        return url;
    }
    url.scheme = lower(pool, rest, len);
    rest += len + 1;
    if (strcmp(url.scheme, "http") && strcmp(url.scheme, "https")) {
        url.ok = 1;
        url.is_http = 0;
    }
    else if (base && !strcmp(base->scheme, url.scheme)
             && strncmp(rest, "//", 2)) {
        read_relative(pool, rest, base, &url);
    }
    else {
        read_site(pool, rest, &url);
    }
    return url;
}

/* The byte for which an escape stands, or -1. */
static int escaped(const char *text)
{
    char digits[3] = {0, 0, 0};

    if (*text != '%' || !isxdigit((unsigned char)text[1])
        || !isxdigit((unsigned char)text[2])) {
        return -1;
    }
    digits[0] = text[1];
    digits[1] = text[2];
    return (int)strtol(digits, NULL, 16);
}

/* Would a byte at the end complete what was no escape? */
static int completes(const char *begin, const char *end)
{
    return (end - begin >= 1 && end[-1] == '%')
           || (end - begin >= 2 && end[-2] == '%'
               && isxdigit((unsigned char)end[-1]));
}

const char *browser_plain(apr_pool_t *pool, const char *path)
{
    char *copy = apr_palloc(pool, strlen(path) + 1);
    char *out = copy;
    char *whole = copy; /* behind the last escape */

    while (*path) {
        int c = escaped(path);

        if (c < 0) {
            *out++ = *path++;
            continue;
        }
        path += 3;
        if (c && c < 128 && (isalnum(c) || strchr("-._~", c))
            && !completes(whole, out)) {
            *out++ = (char)c;
            continue;
        }
        *out++ = '%';
        *out++ = hex[c >> 4];
        *out++ = hex[c & 15];
        whole = out;
    }
    *out = '\0';
    return copy;
}

int browser_same_origin(const browser_url *a, const browser_url *b)
{
    return a->ok && b->ok && a->is_http && b->is_http
           && !strcmp(a->scheme, b->scheme) && !strcmp(a->host, b->host)
           && a->port == b->port;
}

int browser_same_site(const browser_url *a, const browser_url *b)
{
    return a->ok && b->ok && a->is_http && b->is_http
           && !strcmp(a->host, b->host)
           && (a->port == b->port
               || (a->port == default_port(a->scheme)
                   && b->port == default_port(b->scheme)));
}

int browser_same_resource(apr_pool_t *pool, const browser_url *a,
                          const browser_url *b)
{
    return browser_same_origin(a, b) && !strcmp(a->query, b->query)
           && !strcmp(a->fragment, b->fragment)
           && !strcmp(browser_plain(pool, a->path),
                      browser_plain(pool, b->path));
}
