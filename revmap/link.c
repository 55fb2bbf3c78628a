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

/* A cursor goes through the field, moved by readers that are named after the
 * grammar:
 *
 *     Link       = #link-value
 *     link-value = "<" URI-Reference ">" *( OWS ";" OWS [ link-param ] )
 *     link-param = token BWS [ "=" BWS ( token / quoted-string ) ]
 *
 * (RFC 8288 section 3).  As in its appendix B, a value that is not quoted may
 * hold more than a token can, because browsers take it so; a '"' or '<' in the
 * midst of it is an error, because they do not agree about what it begins. */

#include "revmap/link.h"
#include "revmap/cursor.h"
#include "revmap/edit.h"

/* What would end a URL in "<...>", in quotes, and where there are none; the
 * blank because it may be one of a list. */
#define TABOO_TARGET "<>"
#define TABOO_QUOTED "\"\\ "
#define TABOO_BARE "\"<,; "

/* One field while it is being read. */
typedef struct revmap_link {
    const revmap_exchange *exchange;
    revmap_edits edits;
    revmap_slice rest; /* what has not been read yet */
} revmap_link;

/* ---- imagesrcset -------------------------------------------------------- */

static void map_url(revmap_link *link, revmap_slice url, const char *taboo)
{
    revmap_edits_url(&link->edits, link->exchange, REVMAP_USE_REFERENCE, url,
                     taboo);
}

/* Descriptors end with a comma that is not in parentheses. */
static void skip_descriptors(revmap_slice *rest)
{
    do {
        revmap_take_until(rest, ",(");
        if (revmap_is_at(*rest, "(")) {
            revmap_take_until(rest, ")");
        }
    } while (revmap_is_at(*rest, ")"));
}

static int ends_with_comma(revmap_slice url)
{
    return url.len && url.ptr[url.len - 1] == ',';
}

/* "parse a srcset attribute" of the HTML standard: URLs, each with its
 * descriptors or a comma behind it.  A backslash of the quoted string around
 * it is read as a byte like others: in a path it is screened, elsewhere it is
 * kept. */
static void map_srcset(revmap_link *link, revmap_slice rest, const char *taboo)
{
    revmap_skip(&rest, REVMAP_BLANKS ",");
    while (rest.len) {
        revmap_slice url = revmap_take_until(&rest, REVMAP_BLANKS);

        if (ends_with_comma(url)) {
            while (ends_with_comma(url)) {
                url.len--;
            }
        }
        else {
            skip_descriptors(&rest);
        }
        map_url(link, url, taboo);
        revmap_skip(&rest, REVMAP_BLANKS ",");
    }
}

/* ---- the field ---------------------------------------------------------- */

static int is_at_delimiter(revmap_slice rest)
{
    return !rest.len || revmap_is_at(rest, ";,");
}

static void map_param(revmap_link *link, revmap_slice name, revmap_slice value,
                      const char *taboo)
{
    if (revmap_slice_equal_nocase(name, REVMAP_LITERAL("anchor"))) {
        map_url(link, value, taboo);
    }
    else if (revmap_slice_equal_nocase(name, REVMAP_LITERAL("imagesrcset"))) {
        map_srcset(link, value, taboo);
    }
}

/* Each reader returns zero at an error. */
static int read_quoted_string(revmap_link *link, revmap_slice name)
{
    revmap_slice value;

    if (!revmap_take_quoted(&link->rest, &value)) {
        return 0;
    }
    map_param(link, name, value, TABOO_QUOTED);
    return 1;
}

static int read_bare_value(revmap_link *link, revmap_slice name)
{
    revmap_slice value = revmap_take_until(&link->rest, "\"<;,");

    if (!is_at_delimiter(link->rest)) {
        return 0;
    }
    map_param(link, name, value, TABOO_BARE);
    return 1;
}

/* [ token BWS [ "=" BWS ( token / quoted-string ) ] ] */
static int read_link_param(revmap_link *link)
{
    revmap_slice name = revmap_take_until(&link->rest, REVMAP_BLANKS "=;,\"<");

    revmap_skip(&link->rest, REVMAP_BLANKS);
    if (!revmap_take(&link->rest, "=")) {
        return is_at_delimiter(link->rest);
    }
    revmap_skip(&link->rest, REVMAP_BLANKS);
    return name.len
           && (revmap_is_at(link->rest, "\"") ? read_quoted_string(link, name)
                                              : read_bare_value(link, name));
}

/* "<" URI-Reference ">" */
static int read_target(revmap_link *link)
{
    revmap_slice url;

    if (!revmap_take(&link->rest, "<")) {
        return 0;
    }
    url = revmap_take_until(&link->rest, "<>");
    if (!revmap_take(&link->rest, ">")) {
        return 0;
    }
    map_url(link, url, TABOO_TARGET);
    return 1;
}

/* "<" URI-Reference ">" *( OWS ";" OWS [ link-param ] ) */
static int read_link_value(revmap_link *link)
{
    if (!read_target(link)) {
        return 0;
    }
    revmap_skip(&link->rest, REVMAP_BLANKS);
    while (revmap_take(&link->rest, ";")) {
        revmap_skip(&link->rest, REVMAP_BLANKS);
        if (!read_link_param(link)) {
            return 0;
        }
        revmap_skip(&link->rest, REVMAP_BLANKS);
    }
    return is_at_delimiter(link->rest);
}

/* #link-value: commas between them, any number (RFC 9110 section 5.6.1.2) */
static void read_link(revmap_link *link)
{
    do {
        revmap_skip(&link->rest, REVMAP_BLANKS ",");
    } while (link->rest.len && read_link_value(link));
}

void revmap_link_map(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_link link;

    link.exchange = exchange;
    link.rest = value;
    if (revmap_edits_begin(&link.edits, value, pool, outcome)) {
        read_link(&link);
        revmap_edits_end(&link.edits);
    }
}
