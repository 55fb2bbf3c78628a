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

#include "revmap/cookie_return.h"
#include "revmap/cookie_field.h"
#include "revmap/cookie_line.h"
#include "revmap/cursor.h"

/* A Cookie field while its names are given back. */
typedef struct revmap_return {
    const revmap_scope *scope;
    apr_pool_t *pool;
    revmap_slice rest;          /* not read yet */
    revmap_slice kept;          /* read, and not in the pieces yet */
    apr_array_header_t *pieces; /* of revmap_slice; NULL: nothing changed */
} revmap_return;

static void push(revmap_return *field, revmap_slice piece)
{
    if (!field->pieces) {
        field->pieces = apr_array_make(field->pool, 8, sizeof(revmap_slice));
    }
    if (piece.len) {
        APR_ARRAY_PUSH(field->pieces, revmap_slice) = piece;
    }
}

/* What has been read up to a point goes to the pieces; reading goes on behind
 * another point. */
static void cut(revmap_return *field, const char *end, const char *next)
{
    push(field, revmap_slice_make(field->kept.ptr,
                                  (apr_size_t)(end - field->kept.ptr)));
    field->kept = revmap_slice_make(next, 0);
}

/* One cookie, with the ';' in front of it unless it is the first. */
static void read_cookie(revmap_return *field, revmap_slice whole)
{
    const revmap_cookie_line *line;
    revmap_slice pair =
        revmap_slice_from(whole, whole.len && whole.ptr[0] == ';' ? 1 : 0);
    revmap_slice name = revmap_cookie_name(pair);

    if (!name.len) {
        return;
    }
    line = revmap_cookie_renamed(field->scope, name, field->pool);
    if (line) {
        cut(field, name.ptr, name.ptr + name.len);
        push(field, line->name);
    }
    else if (revmap_cookie_renaming(field->scope, name, field->pool)) {
        cut(field, whole.ptr, whole.ptr + whole.len);
    }
}

/* Where the first cookie has been left out, the field begins with the next
 * one, not with the "; " in front of it. */
static const char *join(const revmap_return *field, const char *begin)
{
    revmap_slice *pieces = (revmap_slice *)field->pieces->elts;
    int count = field->pieces->nelts;

    if (count && pieces[0].ptr[0] == ';' && pieces[0].ptr != begin) {
        pieces[0] = revmap_slice_from(pieces[0], 1);
        revmap_skip(&pieces[0], REVMAP_BLANKS);
    }
    return revmap_slice_join(field->pool, pieces, count);
}

const char *revmap_cookie_return(const revmap_scope *scope, revmap_slice value,
                                 apr_pool_t *pool)
{
    revmap_return field;
    int is_first = 1;

    field.scope = scope;
    field.pool = pool;
    field.rest = value;
    field.kept = revmap_slice_make(value.ptr, 0);
    field.pieces = NULL;
    while (field.rest.len) {
        apr_size_t begin = is_first ? 0 : 1;
        revmap_slice whole = field.rest;

        whole.len =
            begin + revmap_cookie_pair(revmap_slice_from(whole, begin)).len;
        field.rest = revmap_slice_from(field.rest, whole.len);
        read_cookie(&field, whole);
        is_first = 0;
    }
    if (!field.pieces) {
        return NULL;
    }
    cut(&field, value.ptr + value.len, NULL);
    return join(&field, value.ptr);
}
