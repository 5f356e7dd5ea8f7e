{{/* Services of this release: what files/services.yaml knows of each, the defaults, and what the values say of it. */}}
{{- define "atelier.services" -}}
{{- $root := . -}}
{{- $known := .Files.Get "files/services.yaml" | fromYaml -}}
{{- if and .Values.canary.enabled (ne .Values.routing "envoy") -}}
{{- fail "canary.enabled needs routing: envoy, for only Envoy splits calls by weight" -}}
{{- end -}}
{{- if and .Values.canary.enabled (not .Values.canary.prometheus) -}}
{{- fail "canary.enabled needs canary.prometheus: without metrics no canary can be judged" -}}
{{- end -}}
{{- $before := 0 -}}
{{- range .Values.canary.steps -}}
{{- if le (int .) $before -}}
{{- fail (printf "canary.steps: %d after %d; weights rise" (int .) $before) -}}
{{- end -}}
{{- $before = int . -}}
{{- end -}}
{{- if and .Values.public.enabled (not (and .Values.public.host .Values.public.tlsSecret)) -}}
{{- fail "public.enabled needs public.host and public.tlsSecret, the Secret with the certificate" -}}
{{- end -}}
{{- $services := dict -}}
{{- range $name, $facts := $known -}}
{{- if or (eq $root.Values.only "") (eq $root.Values.only $name) -}}
{{- $own := get $root.Values.services $name | default dict -}}
{{- $service := mergeOverwrite (deepCopy $root.Values.defaults) (deepCopy $own) (dict "name" $name "facts" $facts "fullname" (printf "%s-%s" $root.Values.name $name)) -}}
{{- $_ := set $service "isCanary" (and $root.Values.canary.enabled $service.canary) -}}
{{- if has $service.version (list "latest" "main" "master" "stable") -}}
{{- fail (printf "services.%s.version: %s moves; name a version" $name $service.version) -}}
{{- end -}}
{{- if not (or $service.version $service.digest) -}}
{{- fail (printf "services.%s: needs a version (the tag of its image) or a digest" $name) -}}
{{- end -}}
{{- if lt (int $service.replicas.max) (int $service.replicas.min) -}}
{{- fail (printf "services.%s.replicas: at most %d are fewer than at least %d" $name (int $service.replicas.max) (int $service.replicas.min)) -}}
{{- end -}}
{{- $_ := set $services $name $service -}}
{{- end -}}
{{- end -}}
{{- toYaml $services -}}
{{- end -}}

{{/* What all services share is in the release of everything and in the one called `platform`. */}}
{{- define "atelier.isPlatform" -}}
{{- if has .Values.only (list "" "platform") -}}true{{- end -}}
{{- end -}}

{{- define "atelier.selector" -}}
app.kubernetes.io/part-of: {{ .root.Values.name }}
app.kubernetes.io/component: {{ .service.name }}
{{- end -}}

{{- define "atelier.labels" -}}
app.kubernetes.io/part-of: {{ .Values.name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "atelier.serviceLabels" -}}
{{ include "atelier.labels" .root }}
app.kubernetes.io/component: {{ .service.name }}
{{- end -}}

{{/* Kind and apiVersion of what runs the pods. */}}
{{- define "atelier.workload" -}}
{{- if .isCanary -}}
apiVersion: argoproj.io/v1alpha1
kind: Rollout
{{- else -}}
apiVersion: apps/v1
kind: Deployment
{{- end -}}
{{- end -}}

{{- define "atelier.image" -}}
{{- $repository := required "image.repository: where the images are, as <repository>-<service>" .root.Values.image.repository -}}
{{- if .service.digest -}}
{{- printf "%s-%s@%s" $repository .service.name .service.digest -}}
{{- else -}}
{{- printf "%s-%s:%s" $repository .service.name .service.version -}}
{{- end -}}
{{- end -}}

{{/*
service_version of a pod: the version of the image and six digits of everything else that the pod runs with. A canary that changes
nothing but a setting can be told from what it replaces, and so be judged.
*/}}
{{- define "atelier.serviceVersion" -}}
{{- $spec := include "atelier.podSpec" (dict "root" .root "service" .service "serviceVersion" "") -}}
{{- $version := .service.version | default (.service.digest | default "" | trimPrefix "sha256:" | trunc 12) -}}
{{- printf "%s_%s" $version ($spec | sha256sum | trunc 6) -}}
{{- end -}}

{{/* Address of a service as its callers have it. */}}
{{- define "atelier.address" -}}
{{- if eq .root.Values.routing "envoy" -}}
{{- printf "dns:///%s-inside.%s.svc:%d" .root.Values.name .root.Values.inside.namespace (int .port) -}}
{{- else -}}
{{- printf "dns:///%s-%s.%s.svc:%d" .root.Values.name .name .root.Release.Namespace (int .port) -}}
{{- end -}}
{{- end -}}
