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

#include "revmap/httpd/escape.h"

#include "apr_strings.h"
#include "apr_tables.h"

#include <string.h>

/* How one character is written.  A negative one is a byte that is no UTF-8;
 * NULL: as it is. */
typedef const char *spell(apr_pool_t *pool, int c);

/* UTF8-2, UTF8-3 and UTF8-4 of RFC 3629 section 4.  Gives back how many bytes
 * the character has, and -1 for one byte that belongs to none. */
static apr_size_t read_character(const unsigned char *text, int *c)
{
    static const int least[] = {0, 0, 0x80, 0x800, 0x10000};
    apr_size_t len = text[0] < 0x80   ? 1
                     : text[0] < 0xC2 ? 0
                     : text[0] < 0xE0 ? 2
                     : text[0] < 0xF0 ? 3
                     : text[0] < 0xF5 ? 4
                                      : 0;
    apr_size_t i;

    *c = len == 1 ? text[0] : text[0] & (0xFF >> (len + 1));
    for (i = 1; i < len; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            len = 0;
        }
        else {
            *c = *c << 6 | (text[i] & 0x3F);
        }
    }
    if (!len || *c < least[len] || *c > 0x10FFFF
        || (*c >= 0xD800 && *c < 0xE000)) {
        *c = -1;
        return 1;
    }
    return len;
}

static const char *escape(apr_pool_t *pool, const char *text, spell *spelled)
{
    apr_array_header_t *parts = apr_array_make(pool, 8, sizeof(const char *));
    const unsigned char *start = (const unsigned char *)text;
    const unsigned char *next = start;

    while (*next) {
        int c;
        apr_size_t len = read_character(next, &c);
        const char *word = spelled(pool, c < 0 ? -(int)*next : c);

        if (word) {
            APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(
                pool, (const char *)start, (apr_size_t)(next - start));
            APR_ARRAY_PUSH(parts, const char *) = word;
            start = next + len;
        }
        next += len;
    }
    APR_ARRAY_PUSH(parts, const char *) = (const char *)start;
    return apr_array_pstrcat(pool, parts, '\0');
}

/* Controls, zero-width characters and marks of direction. */
static int is_unseen(int c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C
           || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E)
           || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF
           || (c >= 0xFFF9 && c <= 0xFFFB) || c >= 0xE0000;
}

static const char *spell_markup(int c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static const char *spell_html(apr_pool_t *pool, int c)
{
    if (c < 0) {
        return apr_psprintf(pool, "\\x%02X", -c);
    }
    if (is_unseen(c)) {
        return apr_psprintf(pool, c < 0x80 ? "\\x%02X" : "\\u{%04X}", c);
    }
    return spell_markup(c);
}

static const char *spell_attribute(apr_pool_t *pool, int c)
{
    if (c == '\t') {
        return "&#9;";
    }
    return c < 0x20 || c == 0x7F ? "&#xFFFD;" : spell_markup(c);
}

/* Not even what would be markup, if somebody took it for HTML. */
static const char *spell_json(apr_pool_t *pool, int c)
{
    if (c < 0) {
        return "\\uFFFD";
    }
    if (c == '"' || c == '\\') {
        return c == '"' ? "\\\"" : "\\\\";
    }
    if (c < 0x20 || c == 0x7F || c == '<' || c == '>' || c == '&'
        || (c < 0x10000 && is_unseen(c))) {
        return apr_psprintf(pool, "\\u%04X", (unsigned int)c);
    }
    return NULL;
}

const char *revmap_escape_html(apr_pool_t *pool, const char *text)
{
    return escape(pool, text, spell_html);
}

const char *revmap_escape_attribute(apr_pool_t *pool, const char *text)
{
    return escape(pool, text, spell_attribute);
}

const char *revmap_escape_json(apr_pool_t *pool, const char *text)
{
    return text ? apr_pstrcat(pool, "\"", escape(pool, text, spell_json), "\"",
                              NULL)
                : "null";
}
