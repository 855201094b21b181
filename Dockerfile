# curate and train on a CPU. Only curate:  docker build -t curate .
# With training:                           docker build -t curate --build-arg EXTRAS=train .
# Run on the data of the current folder:   docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/data" curate audit data.jsonl
# `train`:                                 docker run --rm --entrypoint train ... run clean
FROM python:3.12-slim

ARG EXTRAS=""
ENV PIP_NO_CACHE_DIR=1 HOME=/tmp/home PYTHONDONTWRITEBYTECODE=1

WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY curate ./curate
COPY train ./train
COPY rules ./rules
# torch's own index has the build without CUDA, a tenth of the size; it is named only where torch is asked for.
RUN case ",$EXTRAS," in *,train,* | *,serve,* | *,all,* | *,semantic,*) \
        pip install --index-url https://download.pytorch.org/whl/cpu torch ;; esac \
 && pip install ".${EXTRAS:+[$EXTRAS]}" \
 && mkdir -m 1777 /tmp/home

WORKDIR /data
ENTRYPOINT ["curate"]
CMD ["--help"]
