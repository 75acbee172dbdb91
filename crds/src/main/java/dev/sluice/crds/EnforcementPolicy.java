package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * In which namespaces going around the gate is audited, warned of or rejected, and the exceptions.
 */
@JsonClassDescription(
    "In which namespaces workloads that go around the gate are audited, warned of or rejected, and"
        + " the exceptions, declared by the platform team for the whole cluster.")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Kind("EnforcementPolicy")
@Singular("enforcementpolicy")
@Plural("enforcementpolicies")
@ShortNames("enforce")
@Categories("sluice")
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.mode",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Namespaces",
    jsonPath = ".status.namespaces",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Findings",
    jsonPath = ".status.findings.total",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class EnforcementPolicy
    extends CustomResource<EnforcementPolicySpec, EnforcementPolicyStatus> {
  private static final long serialVersionUID = 1L;
}
