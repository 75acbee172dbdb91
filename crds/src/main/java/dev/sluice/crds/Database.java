package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A database that Sluice governs, declared by the platform team: where it is, how it is
 * administered, which namespaces may be granted access, and what its columns are classified as.
 */
@JsonClassDescription(
    "A database that Sluice governs, declared by the platform team: where it is, how it is"
        + " administered, which namespaces may be granted access, and what its columns are"
        + " classified as.")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Kind("Database")
@Singular("database")
@Plural("databases")
@ShortNames("sdb")
@Categories("sluice")
@ValidationRule(
    value =
        "!has(oldSelf.status) || !has(oldSelf.status.serverVersion)"
            + " || self.spec.database == oldSelf.spec.database",
    fieldPath = ".spec.database",
    message =
        "database cannot be changed: what Sluice made would stay behind in the former one. Create"
            + " another Database")
@AdditionalPrinterColumn(
    name = "Engine",
    jsonPath = ".spec.engine",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Host",
    jsonPath = ".spec.endpoints[0].host",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Governed",
    jsonPath = ".status.conditions[?(@.type=='Governed')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Accesses",
    jsonPath = ".status.accesses",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Pending",
    jsonPath = ".status.suggestionsTotal",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class Database extends CustomResource<DatabaseSpec, DatabaseStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;
}
