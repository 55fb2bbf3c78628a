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

#include "revmap/forward_header.h"
#include "revmap/cursor.h"
#include "revmap/edit.h"

#include "apr_strings.h"

/* clang-format off */
static const char *const names[REVMAP_FORWARD_KINDS] = {
    "Destination", "If", "Referer", "Origin",
};
/* clang-format on */

/* What people are told to choose from; keep it like the table above. */
#define NAMES "Destination, If, Referer, Origin or none"

#define BIT(kind) (1u << (kind))

/* What would end a URL in "<...>". */
#define TABOO_TAG "<>"

const char *revmap_forward_header_add(revmap_map *map, const char *name)
{
    int i;

    for (i = 0; i < REVMAP_FORWARD_KINDS; i++) {
        if (revmap_slice_equal_nocase(revmap_slice_of(names[i]),
                                      revmap_slice_of(name))) {
            map->forwarded |= BIT(i);
            return NULL;
        }
    }
    return apr_psprintf(map->pool,
                        "'%s' is no request header that can be mapped: "
                        "write " NAMES,
                        name);
}

unsigned int revmap_forward_headers(const revmap_scope *scope)
{
    unsigned int headers = 0;

    for (; scope; scope = scope->outer) {
        headers |= scope->map->forwarded;
        if (scope->map->fresh & REVMAP_FRESH_REQUEST) {
            return headers;
        }
    }
    return headers | BIT(REVMAP_FORWARD_DESTINATION) | BIT(REVMAP_FORWARD_IF);
}

const char *revmap_forward_header_name(revmap_forward_kind kind)
{
    return names[kind];
}

static void map_url(const revmap_forwarding *forward, revmap_edits *edits,
                    revmap_slice url, const char *taboo)
{
    revmap_result result;

    url = revmap_slice_trim(url);
    revmap_forward_url(forward, url, edits->pool, &result);
    revmap_edits_result(edits, url, &result, taboo);
}

static void map_origin(const revmap_forwarding *forward, revmap_edits *edits)
{
    revmap_slice origin = revmap_slice_trim(edits->text);
    revmap_result result;

    revmap_forward_origin(forward, origin, &result);
    revmap_edits_result(edits, origin, &result, "");
}

/* ---- If ----------------------------------------------------------------- */

/* Each reader returns zero at an error. */
static int read_until(revmap_slice *rest, const char *end)
{
    revmap_take_until(rest, end);
    return revmap_take(rest, end);
}

/* entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE  (RFC 9110 section 8.8.3) */
static int read_entity_tag(revmap_slice *rest)
{
    if (revmap_take(rest, "W") && !revmap_take(rest, "/")) {
        return 0;
    }
    return revmap_take(rest, "\"") && read_until(rest, "\"")
           && revmap_take(rest, "]");
}

static int read_not(revmap_slice *rest)
{
    return !revmap_take(rest, "Nn")
           || (revmap_take(rest, "Oo") && revmap_take(rest, "Tt"));
}

/* A condition may hold what looks like the end of its list: a Coded-URL or an
 * entity tag with a ')' in it. */
static int read_list(revmap_slice *rest)
{
    int is_right = revmap_take(rest, "(");

    while (is_right) {
        revmap_skip(rest, REVMAP_BLANKS);
        if (revmap_take(rest, ")")) {
            return 1;
        }
        is_right = read_not(rest);
        revmap_skip(rest, REVMAP_BLANKS);
        if (is_right && revmap_take(rest, "<")) {
            is_right = read_until(rest, ">");
        }
        else {
            is_right =
                is_right && revmap_take(rest, "[") && read_entity_tag(rest);
        }
    }
    return 0;
}

/* If           = 1*No-tag-list / 1*Tagged-list
 * Tagged-list  = Resource-Tag 1*List
 * Resource-Tag = "<" Simple-ref ">"
 * List         = "(" 1*Condition ")"
 * Condition    = [ "Not" ] ( "<" absolute-URI ">" / "[" entity-tag "]" )
 *
 * (RFC 4918 section 10.4.2).  A Resource-Tag names a resource; what stands in
 * the brackets of a list are names of locks and versions. */
static void map_if(const revmap_forwarding *forward, revmap_edits *edits)
{
    revmap_slice rest = edits->text;

    for (;;) {
        revmap_skip(&rest, REVMAP_BLANKS);
        if (revmap_take(&rest, "<")) {
            revmap_slice url = revmap_take_until(&rest, ">");

            if (!revmap_take(&rest, ">")) {
                return;
            }
            map_url(forward, edits, url, TABOO_TAG);
        }
        else if (!read_list(&rest)) {
            return;
        }
    }
}

/* ---- all together ------------------------------------------------------- */

void revmap_forward_header_map(const revmap_forwarding *forward,
                               revmap_forward_kind kind, const char *value,
                               apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_edits edits;

    if (!revmap_edits_begin(&edits, revmap_slice_of(value), pool, outcome)) {
        return;
    }
    switch (kind) {
    case REVMAP_FORWARD_IF:
        map_if(forward, &edits);
        break;
    case REVMAP_FORWARD_ORIGIN:
        map_origin(forward, &edits);
        break;
    default:
        map_url(forward, &edits, edits.text, "");
        break;
    }
    revmap_edits_end(&edits);
}
