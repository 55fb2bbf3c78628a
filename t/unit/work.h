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
 * @file work.h
 * @brief Counts what the engine does, for tests of how it grows with its input
 *
 * The Makefile compiles the engine for *_linear_test so that each basic block
 * calls back, and so that what libc would do unseen is done here byte by byte.
 * The count does not depend on how fast the machine is or what else it does.
 */

#ifndef WORK_H
#define WORK_H

/** How much has been done since the program began. */
extern unsigned long work_done;

#endif /* WORK_H */
