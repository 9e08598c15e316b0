/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_page - the page, html/, in four pieces with gaps for what a log has. html/embed makes them when it is built. */
#ifndef OUTPUT_HTML_PAGE_H
#define OUTPUT_HTML_PAGE_H

extern const char html_page_head[];   /* then the title's text */
extern const char html_page_top[];    /* the summary and the index */
extern const char html_page_script[]; /* the parts and the errors */
extern const char html_page_end[];

#endif
