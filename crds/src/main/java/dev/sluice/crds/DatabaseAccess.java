package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
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
 * A grant: who reaches which database, with which privileges on which tables, for what purpose, how
 * long.
 */
@JsonClassDescription(
    "A grant, declared by the team of an application beside it: who reaches which database, with"
        + " which privileges on which tables, for what purpose, how long. A pod takes part with the"
        + " label sluice.dev/access and this name.")
@ValidationRule(
    value = "size(self.metadata.name) <= 63",
    message = "the name of a DatabaseAccess is the value of a pod's label: at most 63 characters")
@AdditionalSelectableField(jsonPath = ".spec.databaseRef.name")
@AdditionalSelectableField(jsonPath = ".spec.databaseRef.namespace")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Kind("DatabaseAccess")
@Singular("databaseaccess")
@Plural("databaseaccesses")
@ShortNames("dba")
@Categories("sluice")
@AdditionalPrinterColumn(
    name = "Database",
    jsonPath = ".spec.databaseRef.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Masked",
    jsonPath = ".status.maskedColumns",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Sessions",
    jsonPath = ".status.sessions",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Expires",
    jsonPath = ".spec.expiresAt",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class DatabaseAccess extends CustomResource<DatabaseAccessSpec, DatabaseAccessStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
