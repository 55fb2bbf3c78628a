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

/* The field is a URL, unless it begins with a brace (JSON, RFC 8259):
 *
 *     object = "{" ws [ member *( ws "," ws member ) ] ws "}"
 *     member = string ws ":" ws value
 *     string = DQUOTE *( char / "\" char ) DQUOTE
 *     value  = string / "{" anything "}" / "[" anything "]" / word
 *
 * Of several members with the same name JSON.parse() takes the last one; all of
 * them are mapped.  What is nested is passed over by counting brackets: where
 * it is no JSON, no browser reads the field at all. */

#include "revmap/htmx.h"
#include "revmap/cursor.h"
#include "revmap/edit.h"

/* One field while it is being read. */
typedef struct revmap_htmx {
    const revmap_exchange *exchange;
    revmap_edits edits;
    revmap_slice rest; /* what has not been read yet */
} revmap_htmx;

/* What would have to be escaped in a string. */
#define TABOO "\"\\"

/* Each reader returns zero at an error.
 * @param text what is between the quotes */
static int read_string(revmap_slice *rest, revmap_slice *text)
{
    return revmap_is_at(*rest, "\"") && revmap_take_quoted(rest, text);
}

/* "{" anything "}" / "[" anything "]" */
static int skip_nested(revmap_slice *rest)
{
    apr_size_t depth = 0;
    revmap_slice text;

    do {
        revmap_take_until(rest, "{}[]\"");
        if (revmap_is_at(*rest, "\"")) {
            if (!read_string(rest, &text)) {
                return 0;
            }
        }
        else if (revmap_take(rest, "{[")) {
            depth++;
        }
        else if (revmap_take(rest, "}]")) {
            depth--;
        }
        else {
            return 0;
        }
    } while (depth);
    return 1;
}

static int holds_url(revmap_htmx *htmx, revmap_slice name)
{
    static const char *const names[] = {"path", "push", "replace"};
    revmap_coded coded;
    int i;

    if (!revmap_coded_json(&coded, name, htmx->edits.pool)) {
        return 0;
    }
    for (i = 0; i < 3; i++) {
        if (revmap_slice_equal(coded.text, revmap_slice_of(names[i]))) {
            return 1;
        }
    }
    return 0;
}

static int read_string_value(revmap_htmx *htmx, revmap_slice name)
{
    revmap_slice text;
    revmap_coded coded;

    if (!read_string(&htmx->rest, &text)) {
        return 0;
    }
    if (holds_url(htmx, name)
        && revmap_coded_json(&coded, text, htmx->edits.pool)) {
        revmap_edits_coded_url(&htmx->edits, htmx->exchange, REVMAP_USE_PAGE,
                               &coded, TABOO);
    }
    return 1;
}

/* member = string ws ":" ws value */
static int read_member(revmap_htmx *htmx)
{
    revmap_slice *rest = &htmx->rest;
    revmap_slice name;

    if (!read_string(rest, &name)) {
        return 0;
    }
    revmap_skip(rest, REVMAP_BLANKS);
    if (!revmap_take(rest, ":")) {
        return 0;
    }
    revmap_skip(rest, REVMAP_BLANKS);
    if (revmap_is_at(*rest, "\"")) {
        return read_string_value(htmx, name);
    }
    if (revmap_is_at(*rest, "{[")) {
        return skip_nested(rest);
    }
    return revmap_take_until(rest, REVMAP_BLANKS ",:{}[]\"").len != 0;
}

/* "{" ws [ member *( ws "," ws member ) ] ws "}" */
static void read_object(revmap_htmx *htmx)
{
    revmap_slice *rest = &htmx->rest;

    do {
        revmap_take(rest, "{,");
        revmap_skip(rest, REVMAP_BLANKS);
        if (!read_member(htmx)) {
            return;
        }
        revmap_skip(rest, REVMAP_BLANKS);
    } while (revmap_is_at(*rest, ","));
}

void revmap_htmx_map(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_htmx htmx;

    htmx.exchange = exchange;
    htmx.rest = revmap_slice_trim(value);
    if (!revmap_edits_begin(&htmx.edits, value, pool, outcome)) {
        return;
    }
    if (revmap_is_at(htmx.rest, "{")) {
        read_object(&htmx);
    }
    else {
        revmap_edits_url(&htmx.edits, exchange, REVMAP_USE_PAGE, htmx.rest, "");
    }
    revmap_edits_end(&htmx.edits);
}
