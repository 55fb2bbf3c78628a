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

#include "revmap/noinline.h"

#include "apr_strings.h"

/* ---- words -------------------------------------------------------------- */

/* Many words, like the places of lines, are the same text in memory. */
static int is_word(const revmap_word *word, revmap_slice text)
{
    return word->text.ptr == text.ptr || revmap_slice_equal(word->text, text);
}

static int has_word(const revmap_note *note, revmap_slice text)
{
    const revmap_word *word = note->last;

    while (word && !is_word(word, text)) {
        word = word->before;
    }
    return word != NULL;
}

static void put_word(revmap_note *note, revmap_word *word, revmap_slice text)
{
    word->text = text;
    word->before = note->last;
    note->last = word;
    note->size += text.len + 1;
}

static REVMAP_NOINLINE void add_one_more(apr_pool_t *pool, revmap_note *note,
                                         revmap_slice text)
{
    put_word(note, apr_palloc(pool, sizeof(revmap_word)), text);
}

/* A word that the note does not have. */
static inline void add_word(apr_pool_t *pool, revmap_note *note,
                            revmap_slice text)
{
    if (!note->last) {
        put_word(note, &note->first, text);
    }
    else if (note->last == &note->first) {
        put_word(note, &note->second, text);
    }
    else {
        add_one_more(pool, note, text);
    }
}

static REVMAP_NOINLINE void look_and_add(apr_pool_t *pool, revmap_note *note,
                                         revmap_slice text)
{
    if (!has_word(note, text)) {
        add_word(pool, note, text);
    }
}

static inline void add_new_word(apr_pool_t *pool, revmap_note *note,
                                revmap_slice text)
{
    if (note->last) {
        look_and_add(pool, note, text);
    }
    else {
        add_word(pool, note, text);
    }
}

/* From its end. */
static const char *join(apr_pool_t *pool, const revmap_note *note)
{
    const revmap_word *word;
    char *text = (char *)apr_palloc(pool, note->size) + note->size;
    char end = '\0';

    for (word = note->last; word; word = word->before) {
        *--text = end;
        text -= word->text.len;
        memcpy(text, word->text.ptr, word->text.len);
        end = ',';
    }
    return text;
}

static const char *text_of(apr_pool_t *pool, const revmap_note *note)
{
    return note->last == &note->first ? note->first.text.ptr : join(pool, note);
}

/* A request may get a note by and by: for what it sends to the backend, for
 * interim responses, for the final one. */
static void write_note(request_rec *r, const char *name, revmap_note *note)
{
    if (note->written) {
        apr_table_setn(r->notes, name, text_of(r->pool, note));
    }
    else {
        apr_table_addn(r->notes, name, text_of(r->pool, note));
    }
    note->written = note->size;
}

void revmap_write_notes(request_rec *r, revmap_noted *noted)
{
    static const char *const names[REVMAP_NOTES] = {
        [REVMAP_NOTE_HEADERS] = "revmap",
        [REVMAP_NOTE_RULES] = "revmap-rule",
        [REVMAP_NOTE_LEFT] = "revmap-left",
    };
    int i;

    for (i = 0; i < REVMAP_NOTES; i++) {
        if (noted->notes[i].written < noted->notes[i].size) {
            write_note(r, names[i], &noted->notes[i]);
        }
    }
}

/* ---- what is noted ------------------------------------------------------ */

void revmap_note_known(request_rec *r, revmap_noted *noted,
                       const revmap_field *field)
{
    const revmap_header *header = field->header;
    apr_uint64_t bit = APR_UINT64_C(1) << header->number;

    if (noted->known & bit) {
        return;
    }
    noted->known |= bit;
    add_word(r->pool, &noted->notes[REVMAP_NOTE_HEADERS],
             revmap_slice_make(field->name, header->len));
    if (revmap_header_redirects(header)) {
        apr_table_addn(r->notes, "revmap-location", field->value);
    }
}

void revmap_note_unknown(apr_pool_t *pool, revmap_noted *noted,
                         const char *title)
{
    add_new_word(pool, &noted->notes[REVMAP_NOTE_HEADERS],
                 revmap_slice_of(title));
}

void revmap_note_rule(apr_pool_t *pool, revmap_noted *noted,
                      const revmap_place *rule)
{
    add_new_word(pool, &noted->notes[REVMAP_NOTE_RULES],
                 revmap_place_text(pool, rule));
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
        return outcome->leak.len
               || (field->header && revmap_header_redirects(field->header));
    }
}

void revmap_note_left(apr_pool_t *pool, revmap_noted *noted,
                      const revmap_field *field, const revmap_outcome *outcome)
{
    if (is_odd(field, outcome)) {
        add_new_word(pool, &noted->notes[REVMAP_NOTE_LEFT],
                     revmap_slice_of(apr_pstrcat(
                         pool, field->name, "=",
                         revmap_reason_name(outcome->reason), NULL)));
    }
}
