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

#include "revmap/edit.h"
#include "revmap/noinline.h"
#include "revmap/query.h"

#include "apr_strings.h"

/* What follows where something is removed, at most: what takes its place, and
 * what is kept behind it. */
#define MORE_PIECES (REVMAP_PARTS + 1)

static void set_room(revmap_edits *edits, revmap_slice *piece, apr_size_t count,
                     apr_size_t room)
{
    edits->piece = piece;
    edits->end = piece + count;
    edits->full = piece + room - MORE_PIECES;
}

/* The edits go on in more memory. */
static REVMAP_NOINLINE void make_room(revmap_edits *edits)
{
    apr_size_t count = (apr_size_t)(edits->end - edits->piece);
    apr_size_t room = 2 * (count + MORE_PIECES);
    revmap_slice *more = apr_palloc(edits->pool, room * sizeof(*more));

    memcpy(more, edits->piece, count * sizeof(*more));
    set_room(edits, more, count, room);
}

/* TAB is a blank here; few values hold one, so that this is seldom asked. */
int revmap_edits_refuse_control(revmap_edits *edits)
{
    apr_size_t i;

    for (i = 0; i < edits->text.len; i++) {
        unsigned char c = (unsigned char)edits->text.ptr[i];

        if ((c < 0x20 && c != '\t') || c == 0x7F) {
            edits->outcome->reason = REVMAP_BAD_BYTE;
            return 1;
        }
    }
    return 0;
}

void revmap_edits_begin_url(revmap_edits *edits, revmap_slice text,
                            apr_pool_t *pool, revmap_outcome *outcome)
{
    edits->text = text;
    edits->rest = text.ptr;
    edits->pool = pool;
    edits->outcome = outcome;
    set_room(edits, edits->few, 0, REVMAP_FEW_PIECES);
    edits->more = 0;
    edits->coded = NULL;
    revmap_outcome_init(outcome);
}

void revmap_edits_note(revmap_edits *edits, revmap_reason reason,
                       const revmap_place *place)
{
    if (edits->outcome->reason == REVMAP_NOTHING) {
        edits->outcome->reason = reason;
        edits->outcome->place = place;
    }
}

void revmap_edits_remove(revmap_edits *edits, revmap_slice old,
                         const revmap_place *place)
{
    *edits->end++ =
        revmap_slice_make(edits->rest, (apr_size_t)(old.ptr - edits->rest));
    edits->rest = old.ptr + old.len;
    edits->more -= old.len;
    if (edits->outcome->reason != REVMAP_MAPPED || !edits->outcome->place) {
        edits->outcome->reason = REVMAP_MAPPED;
        edits->outcome->place = place;
    }
    if (edits->end > edits->full) {
        make_room(edits);
    }
}

/* Is the part a piece of the text that ends where the text does? */
static int is_end_of(revmap_slice text, revmap_slice part)
{
    return part.len <= text.len && part.ptr + part.len == text.ptr + text.len;
}

/* What both end with stays where it is. */
static void replace(revmap_edits *edits, revmap_slice old,
                    const revmap_slice *parts, int count,
                    const revmap_place *place)
{
    int i;

    if (count > 0 && is_end_of(old, parts[count - 1])) {
        old.len -= parts[--count].len;
    }
    revmap_edits_remove(edits, old, place);
    for (i = 0; i < count; i++) {
        revmap_edits_add(edits, parts[i]);
    }
}

/* A slice of the field, even if it is one of what is encoded there. */
static revmap_slice in_field(revmap_coded *coded, revmap_slice part)
{
    return revmap_coded_holds(coded, part) ? revmap_coded_raw(coded, part)
                                           : part;
}

static void replace_coded(revmap_edits *edits, revmap_slice old,
                          const revmap_slice *parts, int count,
                          const revmap_place *place)
{
    revmap_slice raw[REVMAP_PARTS];
    int i;

    old = in_field(edits->coded, old);
    for (i = 0; i < count; i++) {
        raw[i] = in_field(edits->coded, parts[i]);
    }
    replace(edits, old, raw, count, place);
}

/* Replace bytes of a URL. */
static void replace_in_url(revmap_edits *edits, revmap_slice old,
                           const revmap_slice *parts, int count,
                           const revmap_place *place)
{
    if (edits->coded) {
        replace_coded(edits, old, parts, count, place);
    }
    else {
        replace(edits, old, parts, count, place);
    }
}

static int is_of_text(const revmap_edits *edits, revmap_slice part)
{
    return (apr_uintptr_t)part.ptr - (apr_uintptr_t)edits->text.ptr
               < edits->text.len
           || (edits->coded && revmap_coded_holds(edits->coded, part));
}

static int has_one_of(revmap_slice part, const char *bytes)
{
    while (*bytes && !memchr(part.ptr, *bytes, part.len)) {
        bytes++;
    }
    return *bytes != '\0';
}

/* What stood in the text already has not ended anything there. */
static int fits(const revmap_edits *edits, const revmap_result *result,
                const char *taboo)
{
    int i;

    for (i = 0; *taboo && i < result->parts; i++) {
        revmap_slice part = result->part[i];

        if (part.len && !is_of_text(edits, part) && has_one_of(part, taboo)) {
            return 0;
        }
    }
    return 1;
}

void revmap_edits_result(revmap_edits *edits, revmap_slice url,
                         const revmap_result *result, const char *taboo)
{
    if (result->leaks && !edits->outcome->leak.len) {
        edits->outcome->leak = url;
    }
    if (result->reason != REVMAP_MAPPED) {
        revmap_edits_note(edits, result->reason, result->place);
    }
    else if (!fits(edits, result, taboo)) {
        revmap_edits_note(edits, REVMAP_UNFIT, result->place);
    }
    else {
        replace_in_url(edits, url, result->part, result->parts, result->place);
    }
}

/* ---- a URL whose query has others -------------------------------------- */

/* With these parameters, is it the URL that the client has just requested?
 * @param head what stands before the query; as in the text, or mapped */
static int leads_back(const revmap_edits *edits,
                      const revmap_exchange *exchange, const char *head,
                      revmap_slice suffix, const apr_array_header_t *query)
{
    const char *text = apr_pstrcat(
        edits->pool, head, revmap_query_join(edits->pool, suffix, query), NULL);
    revmap_url url;
    revmap_slice path;

    if (revmap_url_parse(&url, revmap_slice_of(text))
        || !revmap_slice_equal(revmap_suffix_query(url.suffix),
                               exchange->public_query)
        || (url.site.len
            && !(exchange->own
                 && revmap_same_authority(&url.origin, &exchange->own->origin))
            && !(exchange->asked
                 && revmap_same_authority(&url.origin, exchange->asked)))) {
        return 0;
    }
    path =
        url.form == REVMAP_FORM_RELATIVE
            ? revmap_path_resolve(edits->pool, exchange->public_path, url.path)
            : revmap_url_path(&url);
    return revmap_path_equal(path, exchange->public_path);
}

/* The result for what stands before a suffix, which ends its last part. */
static revmap_result head_of(const revmap_result *result, apr_size_t suffix_len)
{
    revmap_result head = *result;

    if (head.parts) {
        head.part[head.parts - 1].len -= suffix_len;
    }
    return head;
}

/* Replace the URL by what has been decided about it, and parameters in its
 * query by what they are mapped to. */
static void replace_with_query(revmap_edits *edits,
                               const revmap_exchange *exchange, int can_loop,
                               revmap_slice url, const revmap_result *result,
                               const char *taboo,
                               const apr_array_header_t *query)
{
    const char *mark = memchr(url.ptr, '?', url.len);
    apr_size_t len = (apr_size_t)(mark - url.ptr);
    revmap_slice text = revmap_slice_make(url.ptr, len);
    revmap_result head = head_of(result, url.len - len);
    const char *before =
        head.parts ? revmap_slice_join(edits->pool, head.part, head.parts)
                   : apr_pstrmemdup(edits->pool, url.ptr, len);
    int i;

    if (can_loop
        && leads_back(edits, exchange, before, revmap_slice_from(url, len),
                      query)) {
        revmap_edits_result(edits, url, result, taboo);
        return;
    }
    revmap_edits_result(edits, text, &head, taboo);
    for (i = 0; i < query->nelts; i++) {
        const revmap_query_edit *edit =
            &APR_ARRAY_IDX(query, i, const revmap_query_edit);

        replace_in_url(edits, edit->old, edit->part, edit->parts, edit->place);
    }
}

/* The mapped URL has the very suffix of the old one, or is the old one. */
static int keeps_suffix(revmap_slice url, const revmap_result *result)
{
    revmap_slice last;

    if (result->reason != REVMAP_MAPPED) {
        return result->reason != REVMAP_LOOP;
    }
    last = result->part[result->parts - 1];
    return last.ptr + last.len == url.ptr + url.len;
}

void revmap_edits_url(revmap_edits *edits, const revmap_exchange *exchange,
                      revmap_use use, revmap_slice url, const char *taboo)
{
    const apr_array_header_t *query;
    revmap_result result;

    url = revmap_slice_trim(url);
    revmap_evaluate(exchange, url, use, edits->pool, &result);
    query = revmap_query_map(exchange, url, edits->pool);
    if (query && keeps_suffix(url, &result)) {
        replace_with_query(edits, exchange,
                           use == REVMAP_USE_REDIRECT && exchange->repeats, url,
                           &result, taboo, query);
    }
    else {
        revmap_edits_result(edits, url, &result, taboo);
    }
}

void revmap_edits_coded_url(revmap_edits *edits,
                            const revmap_exchange *exchange, revmap_use use,
                            revmap_coded *url, const char *taboo)
{
    edits->coded = url;
    revmap_edits_url(edits, exchange, use, url->text, taboo);
    edits->coded = NULL;
}

/* What stands behind the last edit. */
static revmap_slice rest_of(const revmap_edits *edits)
{
    return revmap_slice_from(edits->text,
                             (apr_size_t)(edits->rest - edits->text.ptr));
}

void revmap_edits_end(revmap_edits *edits)
{
    const revmap_slice *piece = edits->piece;
    char *end;

    if (piece == edits->end) {
        return;
    }
    end = apr_palloc(edits->pool, edits->text.len + edits->more + 1);
    edits->outcome->value = end;
    do {
        end = revmap_slice_copy(end, *piece++);
    } while (piece != edits->end);
    end = revmap_slice_copy(end, rest_of(edits));
    *end = '\0';
}
