/*
 * The tokens of a text as PostgreSQL's own scanner tells them, into an array of the caller. libpg_query's pg_query_scan does
 * the same and more: it scans twice, and makes a protobuf message of what it finds, which takes twice as long.
 *
 * What is declared here is in libpg_query, whose own headers are not there for others: scanner.h, elog.h and
 * pg_query_internal.h of the release that Cargo.toml names. ReadingTest holds what is made of it to pg_query_scan.
 */
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/* core_yy_extra_type, of which only the last member matters: where a token ends that several patterns make. */
struct extra {
  char others[84];
  int end;
};

_Static_assert(offsetof(struct extra, end) == 84, "the layout of core_yy_extra_type");

/* yyguts_t, of which only the length of what the last pattern found matters. */
struct state {
  void *others[8];
  size_t length;
};

union value {
  int number;
  char *text;
};

struct token {
  uint32_t start;
  uint32_t end;
  uint32_t kind;
};

extern const char ScanKeywords[];
extern const uint16_t ScanKeywordTokens[];
extern __thread sigjmp_buf *PG_exception_stack;
extern __thread void *error_context_stack;

struct state *scanner_init(const char *text, struct extra *extra, const void *keywords, const uint16_t *keyword_tokens);
int core_yylex(union value *value, int *place, struct state *scanner);
void scanner_finish(struct state *scanner);
void *pg_query_enter_memory_context(void);
void pg_query_exit_memory_context(void *context);
void FlushErrorState(void);

/* Kinds of tokens that several patterns make, so that the last pattern's length is not theirs. */
enum { IDENT = 258, UIDENT = 259, SCONST = 261, USCONST = 262, BCONST = 263, XCONST = 264, C_COMMENT = 276 };

static size_t end_of(int kind, int place, const struct extra *extra, const struct state *scanner) {
  switch (kind) {
    case IDENT:
    case UIDENT:
    case SCONST:
    case USCONST:
    case BCONST:
    case XCONST:
    case C_COMMENT:
      return extra->end;
    default:
      return place + scanner->length;
  }
}

/* How many tokens there are; -1: the scanner does not take the text, or there are more than the array holds. */
long sluice_tokens(const char *text, struct token *tokens, long capacity) {
  void *context = pg_query_enter_memory_context();
  volatile long count = 0;
  sigjmp_buf *earlier = PG_exception_stack;
  void *earlier_context = error_context_stack;
  sigjmp_buf failure;
  if (sigsetjmp(failure, 0) == 0) {
    struct extra extra;
    union value value;
    int place = 0;
    PG_exception_stack = &failure;
    struct state *scanner = scanner_init(text, &extra, ScanKeywords, ScanKeywordTokens);
    for (int kind = core_yylex(&value, &place, scanner); kind != 0; kind = core_yylex(&value, &place, scanner)) {
      if (count == capacity) {
        count = -1;
        break;
      }
      tokens[count].start = place;
      tokens[count].end = end_of(kind, place, &extra, scanner);
      tokens[count].kind = kind;
      count++;
    }
    scanner_finish(scanner);
  } else {
    FlushErrorState();
    count = -1;
  }
  PG_exception_stack = earlier;
  error_context_stack = earlier_context;
  pg_query_exit_memory_context(context);
  return count;
}
