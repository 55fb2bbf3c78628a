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

/**
 * @file explain.h
 * @brief The page of SetHandler revmap-explain
 */

#ifndef REVMAP_HTTPD_EXPLAIN_H
#define REVMAP_HTTPD_EXPLAIN_H

#include "revmap/httpd/question.h"

/** What the page shows. */
typedef struct revmap_page {
    request_rec *r;
    const char *url;     /**< the fields of the form, "" if not filled in: */
    const char *header;  /**< the name of a header */
    const char *value;   /**< what the backend sends in it */
    const char *backend; /**< what is asked of the backend */
    int is_asked;        /**< there is a question */
    const char *error;   /**< what is wrong with it, or NULL */
    revmap_answer answer;
    apr_array_header_t *sections; /**< of revmap_listed_section; those of the
                                       main server are the last ones */
} revmap_page;

/** Answer a request with the page.
 *  @return OK, or the status of an error */
int revmap_explain(request_rec *r);

/** Write the page for people. */
void revmap_write_html(const revmap_page *page);

/** Write the page for programs. */
void revmap_write_json(const revmap_page *page);

/** @return the source of the page's style sheet, for its
 *          Content-Security-Policy: "'sha256-...'" */
const char *revmap_style_source(void);

#endif /* REVMAP_HTTPD_EXPLAIN_H */
