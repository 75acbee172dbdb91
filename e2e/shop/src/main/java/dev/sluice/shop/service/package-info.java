/** The shop's HTTP service: JDBC with a connection pool. */
@NullMarked
package dev.sluice.shop.service;

import org.jspecify.annotations.NullMarked;
