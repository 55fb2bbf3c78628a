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

/* The words of a note are collected while the fields are looked at, and joined
 * once at the end. */

#include "revmap/httpd/notes.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/proxied.h"

#include "apr_strings.h"

/* ---- words -------------------------------------------------------------- */

/* Many words, like the places of lines, are the same text in memory. */
static int is_word(const revmap_word *word, revmap_slice text)
{
    return word->text.ptr == text.ptr || revmap_slice_equal(word->text, text);
}

static void put_word(revmap_note *note, revmap_word *word, revmap_slice text)
{
    word->text = text;
    word->next = NULL;
    note->size += text.len + 1;
}

/* Behind those that are there, unless it is one of them. */
static void add_another(apr_pool_t *pool, revmap_note *note, revmap_slice text)
{
    revmap_word *word = &note->first;
    revmap_word *another;

    for (;;) {
        if (is_word(word, text)) {
            return;
        }
        if (!word->next) {
            break;
        }
        word = word->next;
    }
    another =
        word == &note->first ? &note->second : apr_palloc(pool, sizeof(*word));
    put_word(note, another, text);
    word->next = another;
}

static void add_word(apr_pool_t *pool, revmap_note *note, revmap_slice text)
{
    if (note->size) {
        add_another(pool, note, text);
    }
    else {
        put_word(note, &note->first, text);
    }
}

static const char *join(apr_pool_t *pool, const revmap_note *note)
{
    const revmap_word *word;
    char *text = apr_palloc(pool, note->size);
    char *end = text;

    for (word = &note->first; word; word = word->next) {
        memcpy(end, word->text.ptr, word->text.len);
        end += word->text.len;
        *end++ = ',';
    }
    end[-1] = '\0';
    return text;
}

static const char *text_of(apr_pool_t *pool, const revmap_note *note)
{
    return note->first.next ? join(pool, note) : note->first.text.ptr;
}

/* A request may get a note by and by: for what it sends to the backend, for
 * interim responses, for the final one. */
static void write_note(request_rec *r, const char *name, revmap_note *note)
{
    if (note->written == note->size) {
        return;
    }
    if (note->written) {
        apr_table_setn(r->notes, name, text_of(r->pool, note));
    }
    else {
        apr_table_addn(r->notes, name, text_of(r->pool, note));
    }
    note->written = note->size;
}

void revmap_write_notes(request_rec *r)
{
    revmap_noted *noted = &revmap_proxied_of(r)->noted;

    write_note(r, "revmap", &noted->headers);
    write_note(r, "revmap-rule", &noted->rules);
    write_note(r, "revmap-left", &noted->left);
}

/* ---- what is noted ------------------------------------------------------ */

static int is_location(const revmap_field *field)
{
    return field->header && revmap_header_redirects(field->header);
}

void revmap_note_rewritten(request_rec *r, const revmap_field *field,
                           const char *title, const revmap_outcome *outcome)
{
    revmap_noted *noted = &revmap_proxied_of(r)->noted;

    add_word(r->pool, &noted->headers,
             revmap_slice_make(title, field->header ? field->header->len
                                                    : strlen(title)));
    if (outcome->place && outcome->place != noted->rule) {
        noted->rule = outcome->place;
        add_word(r->pool, &noted->rules,
                 revmap_place_text(r->pool, outcome->place));
    }
    if (!noted->location && is_location(field)) {
        noted->location = field->value;
        apr_table_addn(r->notes, "revmap-location", field->value);
    }
}

/* Is it what somebody may wonder about? */
static int is_odd(const revmap_field *field, const revmap_outcome *outcome)
{
    switch (outcome->reason) {
    case REVMAP_NOTHING:
    case REVMAP_SAME:
    case REVMAP_ALREADY_PUBLIC:
    case REVMAP_SAME_DOCUMENT:
    case REVMAP_READS_RIGHT:
        return 0;
    default:
        return is_location(field) || outcome->leak.len;
    }
}

void revmap_note_left(request_rec *r, const revmap_field *field,
                      const revmap_outcome *outcome)
{
    if (is_odd(field, outcome)) {
        add_word(r->pool, &revmap_proxied_of(r)->noted.left,
                 revmap_slice_of(
                     apr_pstrcat(r->pool, field->name, "=",
                                 revmap_reason_name(outcome->reason), NULL)));
    }
}
