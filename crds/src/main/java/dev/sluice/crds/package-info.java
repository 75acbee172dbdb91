/**
 * The custom resources of API group {@code sluice.dev}, version {@code v1alpha1}: what a platform
 * team and an app team write, as records. The CRD manifests are generated from these types.
 */
@NullMarked
package dev.sluice.crds;

import org.jspecify.annotations.NullMarked;
