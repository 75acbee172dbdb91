/** What the stories play on: kubectl, teams with a namespace of their own, sessions, the ledger. */
@NullMarked
package dev.sluice.stories.stage;

import org.jspecify.annotations.NullMarked;
