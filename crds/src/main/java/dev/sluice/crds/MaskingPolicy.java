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
 * Which columns are masked how, for whom and for which databases. The strictest of all policies
 * that apply wins.
 */
@JsonClassDescription(
    "Which columns are masked how, for which databases, declared by the platform team for the whole"
        + " cluster. The strictest of all policies that apply wins.")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Kind("MaskingPolicy")
@Singular("maskingpolicy")
@Plural("maskingpolicies")
@ShortNames("mask")
@Categories("sluice")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Databases",
    jsonPath = ".status.databases",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class MaskingPolicy extends CustomResource<MaskingPolicySpec, PolicyStatus> {
  private static final long serialVersionUID = 1L;
}
