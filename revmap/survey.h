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
 * @file survey.h
 * @brief Which backends need what reach.h keeps
 *
 * Most backends are mounted so that each of their paths leads to one public
 * path.  Nothing has to be kept for these, and nothing looked up.  The survey
 * only has to be careful: who is not found to be alone is looked at in full.
 */

#ifndef REVMAP_SURVEY_H
#define REVMAP_SURVEY_H

#include "revmap/reach.h"

typedef struct revmap_survey revmap_survey;

/** Tells whether an origin may be the public authority by which a backend is
 *  known, too. */
typedef int revmap_is_public(const void *data, const revmap_origin *origin);

/** @return a survey that has seen nothing
 *  @param pool for as long as the survey lasts */
revmap_survey *revmap_survey_create(apr_pool_t *pool);

/**
 * Look at the rules of a map.
 * @param is_everywhere it is in force for all requests of its virtual host,
 *        not for a section only
 * @param mounts of this virtual host
 * @param data for @a is_public
 */
void revmap_survey_add(revmap_survey *survey, revmap_map *map,
                       int is_everywhere, const revmap_mounts *mounts,
                       revmap_is_public *is_public, const void *data);

/** There may be other rules, about any backend, which come and go. */
void revmap_survey_expect_more(revmap_survey *survey);

/** Rules will be made for single requests, about any backend: what they find
 *  out about it has to be there, even if nobody else asks for it. */
void revmap_survey_expect_own(revmap_survey *survey);

/** The rules of another survey, which has ended and stays as it is, are not
 *  looked at again, but count as well: if they are about a backend, too, it is
 *  not alone. */
void revmap_survey_set_others(revmap_survey *survey,
                              const revmap_survey *others);

/** @return non-zero if it has seen a rule that is not excluded */
int revmap_survey_has_rules(const revmap_survey *survey);

/** When all maps of all servers have been seen: note which backends are alone,
 *  and count the rules of all others among their mounts. */
void revmap_survey_end(revmap_survey *survey);

#endif /* REVMAP_SURVEY_H */
